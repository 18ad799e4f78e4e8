import type { Request } from '../contest/readers';

const CODING = 'br';

/** The same requests, of a client that takes compressed answers. */
export function compressed(requests: readonly Request[]): Request[] {
  return requests.map((request) => ({
    ...request,
    headers: { ...request.headers, 'accept-encoding': CODING },
  }));
}

/** @throws Error where an answer is not compressed, or is none that was kept */
export async function expectCompressed(origin: string, requests: readonly Request[]): Promise<void> {
  for (const { path, headers } of requests) {
    const response = await fetch(origin + path, { headers });
    const body = await response.text();
    const coding = response.headers.get('content-encoding');
    if (coding !== CODING) throw new Error(`${path} came ${coding ?? 'not compressed'}, for ${CODING}.`);
    if (!body.includes('"cacheStatus":"HIT"')) throw new Error(`${path} is not kept: ${body.slice(0, 500)}`);
  }
}
