import { eventStatus, nextChangeByClock } from '../../../src/domain/event-time';
import { formatInstant } from '../../../src/domain/instants';
import { at, eventFacts } from './facts-of';

const event = eventFacts({ startAt: at('2025-10-15T09:10:00Z'), endAt: at('2025-10-15T11:20:00Z') });

describe('numbers change with the clock', () => {
  it.each([
    ['2025-10-15T08:10:00Z', '2025-10-15T09:00:00Z'],
    ['2025-10-15T09:00:00.001Z', '2025-10-15T09:10:00Z'],
    ['2025-10-15T09:10:00Z', '2025-10-15T10:00:00Z'],
    ['2025-10-15T11:19:59.999Z', '2025-10-15T11:20:00Z'],
    ['2025-10-15T11:20:00Z', '2025-10-15T12:00:00Z'],
    ['2025-10-15T12:00:00.001Z', '2025-10-15T13:00:00Z'],
  ])('after %s next at %s: the full hour, the start or the end', (now, expected) => {
    expect(formatInstant(nextChangeByClock(event, at(now)))).toBe(expected);
  });

  it('in the very millisecond of a full hour change with the next one: a bucket shows once it has begun before now', () => {
    expect(formatInstant(nextChangeByClock(event, at('2025-10-15T12:00:00Z')))).toBe(
      '2025-10-15T12:00:00.001Z',
    );
  });
});

describe('an event', () => {
  it.each([
    ['2025-10-15T09:09:59.999Z', 'SCHEDULED'],
    ['2025-10-15T09:10:00Z', 'RUNNING'],
    ['2025-10-15T11:19:59.999Z', 'RUNNING'],
    ['2025-10-15T11:20:00Z', 'ENDED'],
  ])('at %s is %s', (now, expected) => {
    expect(eventStatus(event, at(now))).toBe(expected);
  });
});
