import { overHttp } from './http.mjs';
import { openSockets } from './sockets.mjs';

/** Whoever asks: a process of its own. */
export const answers = {
  async run({ transport, mustHold, mustNotHold, ...load }) {
    const durations = [];
    let unlike;
    const isGood = (body) => {
      const isSo = body.includes(mustHold) && !(mustNotHold && body.includes(mustNotHold));
      if (!isSo) unlike ??= body.slice(0, 300);
      return isSo;
    };
    const send = transport === 'websocket' ? await openSockets(load) : overHttp;
    const used = process.cpuUsage();
    const begun = performance.now();
    const failed = await send({ ...load, isGood, onAnswer: (tookMs) => durations.push(tookMs) });
    const elapsedSeconds = (performance.now() - begun) / 1_000;
    const { user, system } = process.cpuUsage(used);
    return {
      elapsedSeconds,
      durations: Float64Array.from(durations),
      failed,
      unlike: unlike ?? '',
      cores: (user + system) / 1e6 / elapsedSeconds,
    };
  },
};
