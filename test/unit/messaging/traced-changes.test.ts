import type { EventId, StoreId } from '../../../src/domain/values';
import { createChangeCauses } from '../../../src/messaging/changes/traced-changes';
import { causeIn, payloadOf } from '../../../src/messaging/notifications/notifications';

const event = '98021bff-3f70-4d00-81e7-ed344d3d879e' as EventId;
const store = '923f129a-ecde-4aeb-ac16-89f3657b114c' as StoreId;

describe('the causes of a change', () => {
  test('are kept for its events and stores until it has been published, few of each', () => {
    const causes = createChangeCauses();
    for (const cause of ['a', 'b', 'b', 'c', 'd', 'e'])
      causes.add({ events: [event], stores: [store] }, cause);
    expect(causes.of({ event })).toEqual(['a', 'b', 'c', 'd']);
    expect(causes.of({ store })).toEqual(['a', 'b', 'c', 'd']);
    causes.forget([{ event }]);
    expect(causes.of({ event })).toEqual([]);
    expect(causes.of({ store })).toHaveLength(4);
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
