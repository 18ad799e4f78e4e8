import autocannon from 'autocannon';

/**
 * The readers: a process of its own, which sends requests over so many connections, each as soon as the one before is
 * answered.
 */
export const answers = {
  async run({ url, connections, seconds, requests, mustHold, mustNotHold }) {
    const durations = [];
    let unlike;
    const isAsItShould = (body) => {
      const isSo = body.includes(mustHold) && !(mustNotHold && body.includes(mustNotHold));
      if (!isSo) unlike ??= body.slice(0, 300);
      return isSo;
    };
    const used = process.cpuUsage();
    const begun = performance.now();
    const { errors, timeouts, non2xx, mismatches } = await new Promise((resolve, reject) => {
      const running = autocannon(
        {
          url,
          connections,
          duration: seconds,
          sampleInt: 100,
          requests,
          verifyBody: isAsItShould,
          setupClient: (client) => client.setRequests(turned(requests)),
        },
        (error, result) => (error ? reject(error) : resolve(result)),
      );
      running.on('response', (_client, _status, _bytes, tookMs) => durations.push(tookMs));
    });
    const elapsedSeconds = (performance.now() - begun) / 1_000;
    const failed = errors + timeouts + non2xx + mismatches;
    const { user, system } = process.cpuUsage(used);
    const cores = (user + system) / 1e6 / elapsedSeconds;
    return { elapsedSeconds, durations: Float64Array.from(durations), failed, unlike: unlike ?? '', cores };
  },
};

let turns = 0;

/** Each connection begins elsewhere: all would ask for the same at the same time otherwise. */
function turned(requests) {
  const first = (turns++ * 7) % requests.length;
  return [...requests.slice(first), ...requests.slice(0, first)];
}
