import type { BatchHandler, MessageSource, Outcome, SourceStatus } from './source';

/** The message source inside this process: what is delivered is applied before the promise resolves. */
export interface EmbeddedSource extends MessageSource {
  /**
   * Delivers decoded messages of one topic to the handler, after those delivered before.
   *
   * @returns the outcome of each, once it is committed
   * @throws DiskFull, or when the source is not running or the database does not answer in time; then nothing is
   *   promised, and the same messages may be delivered again
   */
  deliver(topic: string, values: readonly unknown[]): Promise<readonly Outcome[]>;
}

/** How long a delivery waits for the database before it fails. */
const TIMEOUT_MS = 10_000;

/** @param checkRoom throws when nothing could be stored at the moment */
export function createEmbeddedSource(
  checkRoom: () => Promise<void> = () => Promise.resolve(),
): EmbeddedSource {
  let handler: BatchHandler | undefined;
  let status: SourceStatus = 'idle';
  let queue: Promise<unknown> = Promise.resolve();

  async function apply(topic: string, values: readonly unknown[]): Promise<readonly Outcome[]> {
    if (handler === undefined || status !== 'running') throw new Error('The message source is not running.');
    await checkRoom();
    const deadline = performance.now() + TIMEOUT_MS;
    const result = await handler({
      topic,
      messages: values.map((value, index) => ({
        offset: BigInt(index),
        key: null,
        value: null,
        decoded: { value },
      })),
      // Called before every further attempt. A full disk is not waited for.
      keepAlive: async () => {
        await checkRoom();
        if (performance.now() >= deadline) throw new Error('The messages could not be stored in time.');
      },
    });
    if (result.kind !== 'done') throw new Error('The in-process source keeps no log to read again.');
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
      const delivered = queue.then(() => apply(topic, values));
      queue = delivered.catch(() => undefined);
      return delivered;
    },
  };
}
