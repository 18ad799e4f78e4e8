/** Whose turn it is among so many, over and over; and nobody's again before so many milliseconds after its last answer. */
export class Turns {
  #place = 0;
  #freeAt;
  #apartMs;

  constructor(length, apartMs) {
    this.#freeAt = new Float64Array(length);
    this.#apartMs = apartMs;
  }

  /** @returns milliseconds until the next may be asked for: 0 when it may be, endless while it is being answered */
  waitMs(now) {
    return Math.max(0, this.#freeAt[this.#place] - now);
  }

  /** @returns its place; whose turn it is next is another's */
  take() {
    const place = this.#place;
    this.#freeAt[place] = Infinity;
    this.#place = (place + 1) % this.#freeAt.length;
    return place;
  }

  answered(place, now) {
    this.#freeAt[place] = now + this.#apartMs;
  }
}
