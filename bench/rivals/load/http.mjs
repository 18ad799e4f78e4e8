import autocannon from 'autocannon';

/** Sends requests over so many connections, each as soon as the one before is answered. */
export async function overHttp({ url, connections, seconds, requests, isGood, onAnswer }) {
  let turns = 0;
  // Each connection begins elsewhere: all would ask for the same at the same time otherwise.
  const turned = () => {
    const first = (turns++ * 7) % requests.length;
    return [...requests.slice(first), ...requests.slice(0, first)];
  };
  const { errors, timeouts, non2xx, mismatches } = await new Promise((resolve, reject) => {
    const running = autocannon(
      {
        url,
        connections,
        duration: seconds,
        sampleInt: 100,
        requests,
        verifyBody: isGood,
        setupClient: (client) => client.setRequests(turned()),
      },
      (error, result) => (error ? reject(error) : resolve(result)),
    );
    running.on('response', (_client, _status, _bytes, tookMs) => onAnswer(tookMs));
  });
  return errors + timeouts + non2xx + mismatches;
}
