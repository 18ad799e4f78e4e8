import RequestQueue from 'kafkajs/src/network/requestQueue';
import { quietenRequestQueues } from '../../../src/messaging/source/kafka-connection';
import { waitFor } from '../../harness/wait-for';

describe('a connection of KafkaJS', () => {
  const queues: RequestQueue[] = [];
  const sent: number[] = [];

  beforeAll(() => quietenRequestQueues());
  afterEach(() => {
    queues.splice(0).forEach((queue) => queue.destroy());
    sent.splice(0);
  });

  function open(maxInFlightRequests: number | null): RequestQueue {
    const queue = new RequestQueue({
      maxInFlightRequests,
      requestTimeout: 30_000,
      enforceRequestTimeout: false,
      clientId: 'test',
      broker: 'none:0',
      logger: { debug: () => undefined },
    });
    queues.push(queue);
    return queue;
  }

  function ask(queue: RequestQueue, correlationId: number): void {
    const sendRequest = (): void => void sent.push(correlationId);
    queue.push({ entry: { correlationId, resolve: () => undefined }, expectResponse: true, sendRequest });
  }

  const answer = (queue: RequestQueue, correlationId: number): void =>
    queue.fulfillRequest({ correlationId, size: 0, payload: null });

  it('does not look for requests again and again when none is held back', () => {
    const queue = open(null);
    ask(queue, 1);
    answer(queue, 1);
    expect(sent).toEqual([1]);
    expect(queue.throttleCheckTimeoutId).toBeNull();
  });

  it('sends what was held back until there was room', () => {
    const queue = open(1);
    [1, 2, 3].forEach((id) => ask(queue, id));
    expect(sent).toEqual([1]);
    answer(queue, 1);
    answer(queue, 2);
    expect(sent).toEqual([1, 2, 3]);
  });

  it('sends what was held back for the time that a broker has asked for, once that is over', async () => {
    const queue = open(null);
    queue.maybeThrottle(50);
    ask(queue, 1);
    expect(sent).toEqual([]);
    await waitFor(() => sent.length === 1, { what: 'the request to be sent', timeoutMs: 5_000 });
    await waitFor(() => queue.throttleCheckTimeoutId === null, { what: 'no more looks', timeoutMs: 5_000 });
  });
});
