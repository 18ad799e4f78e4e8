import { EventEmitter } from 'node:events';
import pino from 'pino';
import type { EventId, StoreId } from '../../../src/domain/values';
import {
  createChangeCauses,
  publisherWithCauses,
  tracedNotifications,
} from '../../../src/messaging/changes/traced-changes';
import { causeIn, type Notice, payloadOf } from '../../../src/messaging/notifications/notifications';
import { openTracer } from '../../../src/observability/traces/open-tracer';
import { DECLINED_CAUSE } from '../../../src/observability/traces/span';
import type { Tracer } from '../../../src/observability/traces/tracer';
import { openTraceReceiver, type TraceReceiver } from '../../harness/traces/receiver';
import { newTraceparent } from '../../harness/traces/traceparent';

const event = '98021bff-3f70-4d00-81e7-ed344d3d879e' as EventId;
const store = '923f129a-ecde-4aeb-ac16-89f3657b114c' as StoreId;
const change = { events: [event], stores: [] };

describe('the causes of a change', () => {
  test('are kept for its events and stores until it is published, few of each', () => {
    const causes = createChangeCauses();
    for (const cause of ['a', 'b', 'b', 'c', 'd', 'e'])
      causes.add({ events: [event], stores: [store] }, cause);
    expect(causes.take({ event })).toEqual(['a', 'b', 'c', 'd']);
    expect(causes.take({ event })).toEqual([]);
    causes.add(change, 'f');
    causes.putBack({ event }, ['a', 'b', 'c', 'd']);
    expect(causes.take({ event })).toEqual(['a', 'b', 'c', 'd']);
    expect(causes.take({ store })).toHaveLength(4);
    causes.add(change, 'g');
    causes.clear();
    expect(causes.take({ event })).toEqual([]);
  });
});

describe('a change that is published', () => {
  let receiver: TraceReceiver;
  let tracer: Tracer;
  beforeEach(async () => {
    receiver = await openTraceReceiver();
    tracer = openTracer({
      ...{ url: `${receiver.endpoint}/v1/traces`, headers: {}, serviceName: 'test', ratio: 1 },
      log: pino({ level: 'silent' }),
    });
  });
  afterEach(async () => {
    await tracer.close();
    await receiver.close();
  });

  /** Whose server answers each publication when the test says so. */
  function openSlow() {
    const published: Notice[] = [];
    const server = new EventEmitter();
    const answered = (): Promise<void> =>
      new Promise((resolve, reject) =>
        server.once('answer', (error?: Error) => (error ? reject(error) : resolve())),
      );
    const slow = {
      publish(changed: readonly Notice[]) {
        published.push(...changed);
        return answered();
      },
      publishGap: answered,
    };
    const causes = createChangeCauses();
    const notifications = tracedNotifications(slow, causes, tracer);
    const traces = () => published.map(({ cause }) => cause?.slice(3, 35));
    return { causes, notifications, traces, answer: (error?: Error) => server.emit('answer', error) };
  }

  test('while the one before is on its way keeps its own cause', async () => {
    const { causes, notifications, traces, answer } = openSlow();
    const [first, second] = [newTraceparent(), newTraceparent()];
    causes.add(change, first.header);
    const publishing = notifications.publish([{ event }]);
    causes.add(change, second.header);
    answer();
    await publishing;
    const next = notifications.publish([{ event }]);
    answer();
    await next;
    expect(traces()).toEqual([first.traceId, second.traceId]);
  });

  test('again after it failed is of its cause still, whose trace shows the failure', async () => {
    const { causes, notifications, traces, answer } = openSlow();
    const { traceId, header } = newTraceparent();
    causes.add(change, header);
    const publishing = notifications.publish([{ event }]);
    answer(new TypeError('no connection'));
    await expect(publishing).rejects.toThrow('no connection');
    const again = notifications.publish([{ event }]);
    answer();
    await again;
    expect(traces()).toEqual([traceId, traceId]);
    const failed = await receiver.spanOf(({ hasFailed }) => hasFailed, 'of the failure');
    expect(failed).toMatchObject({ name: 'publish change', attributes: { 'error.type': 'TypeError' } });
    expect(receiver.spans.filter(({ hasFailed }) => !hasFailed)).toHaveLength(1);
  });

  test('as a part of all leaves no cause', async () => {
    const { causes, notifications, answer } = openSlow();
    causes.add(change, newTraceparent().header);
    const publishing = notifications.publishGap();
    answer();
    await publishing;
    expect(causes.take({ event })).toEqual([]);
  });

  test('by work whose trace was declined says so, and is not recorded', async () => {
    const { causes, notifications, traces, answer } = openSlow();
    const publisher = publisherWithCauses(
      {
        publish: () => undefined,
        publishFullChange: () => undefined,
        flush: () => Promise.resolve(),
        stop: () => Promise.resolve(),
      },
      causes,
    );
    const sent = newTraceparent(false);
    await tracer.begin({ name: 'batch', causes: [sent.header] }, () => {
      publisher.publish(change);
      return Promise.resolve();
    });
    const publishing = notifications.publish([{ event }]);
    answer();
    await publishing;
    expect(traces()).toEqual([DECLINED_CAUSE.slice(3, 35)]);
    // What it brings about in another process, and what it does together with what is traced.
    expect(tracer.start({ name: 'tick', causes: [DECLINED_CAUSE] })).toBeUndefined();
    const { header, traceId } = newTraceparent();
    const shared = tracer.start({ name: 'tick', causes: [DECLINED_CAUSE, header] });
    shared?.end();
    expect(shared?.traceId).toBe(traceId);
    await tracer.close();
    expect(receiver.spans.map(({ name }) => name)).toEqual(['tick']);
  });
});

describe('a notification', () => {
  test('carries its cause, and nothing where there is none', () => {
    expect(payloadOf({ event })).toBeNull();
    expect(causeIn(payloadOf({ event, cause: 'a cause' }))).toBe('a cause');
  });

  test.each([[null], [undefined], [''], ['text'], [7], [[]], [{}], [{ traceparent: 7 }]])(
    'of another release that says %j has no cause',
    (received) => {
      expect(causeIn(received)).toBeUndefined();
    },
  );
});
