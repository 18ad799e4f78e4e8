import type { BatchHandler, MessageSource, Outcome, SourceStatus } from './source';

/** The message source inside this process: what is delivered is dealt with before the promise resolves. */
export interface EmbeddedSource extends MessageSource {
  /**
   * Hands decoded messages of one topic to the handler, after those handed over before.
   *
   * @returns what became of each, once it is committed
   * @throws DiskFull, or when the source is not running or the database does not answer in time; then nothing is
   *   promised, and the same messages may be delivered again
   */
  deliver(topic: string, values: readonly unknown[]): Promise<readonly Outcome[]>;
}

/** How long a delivery waits for the database before its sender is told. */
const PATIENCE_MS = 10_000;

/** @param checkRoom throws when nothing could be stored at the moment */
export function createEmbeddedSource(
  checkRoom: () => Promise<void> = () => Promise.resolve(),
): EmbeddedSource {
  let handler: BatchHandler | undefined;
  let status: SourceStatus = 'idle';
  let queue: Promise<unknown> = Promise.resolve();

  async function handOver(topic: string, values: readonly unknown[]): Promise<readonly Outcome[]> {
    if (handler === undefined || status !== 'running') throw new Error('The message source is not running.');
    await checkRoom();
    const deadline = performance.now() + PATIENCE_MS;
    const result = await handler({
      topic,
      messages: values.map((value, index) => ({
        offset: BigInt(index),
        key: null,
        value: null,
        decoded: { value },
      })),
      // Asked before every further attempt. A disk that is full is not waited for.
      keepAlive: async () => {
        await checkRoom();
        if (performance.now() >= deadline) throw new Error('The messages could not be stored in time.');
      },
    });
    if (result.kind !== 'done') throw new Error('The in-process source keeps no log to go back in.');
    return result.outcomes;
  }

  return {
    start(receiver, onAssigned) {
      handler = receiver;
      status = 'running';
      onAssigned();
      return Promise.resolve();
    },
    async stop() {
      status = 'stopped';
      await queue;
    },
    get status() {
      return status;
    },
    deliver(topic, values) {
      const delivered = queue.then(() => handOver(topic, values));
      queue = delivered.catch(() => undefined);
      return delivered;
    },
  };
}
