import { apart } from './apart.mjs';
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
    const byHttp = load.apartMs === undefined ? overHttp : apart;
    const send = transport === 'websocket' ? await openSockets(load) : byHttp;
    const used = process.cpuUsage();
    const begun = performance.now();
    let lastAt = begun;
    const onAnswer = (tookMs) => {
      durations.push(tookMs);
      lastAt = performance.now();
    };
    let stoodMs = 0;
    const onStood = (milliseconds) => {
      stoodMs += milliseconds;
    };
    const failed = await send({ ...load, isGood, onAnswer, onStood });
    const { user, system } = process.cpuUsage(used);
    const seconds = (performance.now() - begun) / 1_000;
    return {
      // What was asked last may be left unanswered, and may have taken seconds.
      elapsedSeconds: (lastAt - begun - stoodMs) / 1_000,
      durations: Float64Array.from(durations),
      failed,
      unlike: unlike ?? '',
      cores: (user + system) / 1e6 / seconds,
    };
  },
};
