import { Histogram } from './histogram';
import type { Reporting } from './messages';

/** Every how many sockets one is looked at for every single registration. */
const SAMPLE_EVERY = 50;

/** All that was received: which socket, which count, when. Kept in plain arrays, to be worked out afterwards. */
export class Receipts {
  private sockets = new Uint32Array(1 << 16);
  private counts = new Float64Array(1 << 16);
  private times = new Float64Array(1 << 16);
  private length = 0;

  add(socket: number, count: number, at: number): void {
    if (this.length === this.times.length) this.grow();
    this.sockets[this.length] = socket;
    this.counts[this.length] = count;
    this.times[this.length] = at;
    this.length += 1;
  }

  private grow(): void {
    this.sockets = enlarged(this.sockets, new Uint32Array(this.length * 2));
    this.counts = enlarged(this.counts, new Float64Array(this.length * 2));
    this.times = enlarged(this.times, new Float64Array(this.length * 2));
  }

  /**
   * - freshness: from when the newest registration that the count includes was sent until the receipt;
   * - per registration: for each one sent from `from` to `to`, until the first receipt of a count that includes it,
   *   on every 50th socket.
   */
  evaluate({ from, to, made }: Reporting) {
    const freshness = new Histogram();
    const perRegistration = new Histogram();
    const last = new Map<number, number>();
    let delivered = 0;
    let told = 0;
    let wentBack = 0;
    for (let index = 0; index < this.length; index++) {
      const socket = this.sockets[index]!;
      const count = this.counts[index]!;
      const at = this.times[index]!;
      const event = made[socket % made.length]!;
      const before = last.get(socket) ?? event.first - 1;
      if (count < before) wentBack += 1;
      last.set(socket, count);
      if (at >= from && at < to) {
        delivered += 1;
        told += Math.max(0, count - before);
      }
      const newest = event.at[count - event.first];
      if (at >= from && newest !== undefined) freshness.add(at - newest);
      if (socket % SAMPLE_EVERY !== 0) continue;
      for (let included = before + 1; included <= count; included++) {
        const sent = event.at[included - event.first];
        if (sent !== undefined && sent >= from && sent < to) perRegistration.add(at - sent);
      }
    }
    return { delivered, told, wentBack, freshness: freshness.bins, perRegistration: perRegistration.bins };
  }
}

function enlarged<Kept extends Uint32Array | Float64Array>(from: Kept, to: Kept): Kept {
  to.set(from);
  return to;
}
