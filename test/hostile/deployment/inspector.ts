import { once } from 'node:events';
import WebSocket from 'ws';
import { z } from 'zod';

/** The memory of a process, in bytes. */
export interface Memory {
  /** Live objects on the heap, and memory outside of the heap that they own. */
  readonly usedBytes: number;
  /** Resident memory. */
  readonly residentBytes: number;
}

const usage = z.object({ heapUsed: z.number(), external: z.number(), rss: z.number() });
const answer = z.object({
  id: z.number().optional(),
  result: z.object({ result: z.object({ value: z.string() }).optional() }).optional(),
});

const ANSWER_MS = 30_000;
/** Finalizers run after a collection and free memory for the next one. */
const COLLECTIONS = 2;

/**
 * Makes a process that was started with `--inspect` collect its garbage, and measures what is left. Uses Node's inspector,
 * so that the process needs no code for it.
 *
 * @param url the inspector's address that the process printed
 * @throws Error when it does not answer
 */
export async function measureMemory(url: string): Promise<Memory> {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  try {
    await once(socket, 'open', { signal: AbortSignal.timeout(ANSWER_MS) });
    for (let round = 0; round < COLLECTIONS; round++) await ask(socket, 'HeapProfiler.collectGarbage', {});
    const expression = 'JSON.stringify(process.memoryUsage())';
    const told = await ask(socket, 'Runtime.evaluate', { expression });
    const { heapUsed, external, rss } = usage.parse(JSON.parse(told ?? ''));
    return { usedBytes: heapUsed + external, residentBytes: rss };
  } finally {
    socket.terminate();
  }
}

async function ask(socket: WebSocket, method: string, params: unknown): Promise<string | undefined> {
  socket.send(JSON.stringify({ id: 1, method, params }));
  const signal = AbortSignal.timeout(ANSWER_MS);
  for (;;) {
    const [data] = (await once(socket, 'message', { signal })) as [Buffer];
    const message = answer.parse(JSON.parse(data.toString()));
    // Others are notifications.
    if (message.id === 1) return message.result?.result?.value;
  }
}
