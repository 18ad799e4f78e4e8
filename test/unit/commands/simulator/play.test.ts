import type { ScenarioMessage } from '../../../../src/commands/simulator/faults';
import { DAY, HOUR, hourOf } from '../../../../src/commands/simulator/moments';
import { play } from '../../../../src/commands/simulator/play';
import { createRandom } from '../../../../src/commands/simulator/random';
import { planShops, type Shops } from '../../../../src/commands/simulator/shops';
import type { Instant } from '../../../../src/domain/values';
import { parseValue } from '../../../../src/workers/messages/parse';
import { isTopic, TOPICS } from '../../../../src/workers/messages/topics';

const FROM = Date.parse('2025-10-01T00:00:00+09:00');
const DAYS = 14;

interface Played {
  readonly shops: Shops;
  readonly messages: readonly ScenarioMessage[];
}

function played(seed: number, { from = FROM, registrations = 20_000, stores = 8, events = 12 } = {}): Played {
  const random = createRandom(seed);
  const until = from + DAYS * DAY;
  const shops = planShops(random, { stores, events, from, until });
  return { shops, messages: [...play(random, shops, { from, until, registrations })] };
}

const { shops, messages } = played(7);
const ofTopic = (topic: string, fault?: string) =>
  messages.filter(
    ({ message, fault: its }) => message.topic === topic && (fault === undefined || its === fault),
  );
const registrations = messages.filter(
  ({ message, fault }) => message.topic === 'participant.registered' && fault !== 'duplicate',
);
const instantOf = ({ message }: ScenarioMessage): number => Date.parse(String(message.value['occurredAt']));

describe('simulated shops', () => {
  test('send nothing that a worker would reject', () => {
    const now = (FROM + DAYS * DAY) as Instant;
    const refused = messages.flatMap(({ message: { topic, value } }) => {
      const parsed = isTopic(topic) ? parseValue(topic, value, now) : undefined;
      return parsed === undefined || parsed.kind === 'rejected' ? [{ topic, parsed }] : [];
    });
    expect(refused).toEqual([]);
  });

  test.each(TOPICS)('send messages of %s', (topic) => {
    expect(ofTopic(topic)).not.toEqual([]);
  });

  test('are the same for the same seed, and others for another', () => {
    expect(played(7).messages).toEqual(messages);
    expect(played(8).messages[0]).not.toEqual(messages[0]);
  });

  test('are the same some days later, apart from the clock', () => {
    const shift = 90 * DAY;
    const INSTANT = /\d{4}-\d\d-\d\dT[\d:.]+Z/g;
    const back = (text: string): string =>
      text
        .replace(INSTANT, (instant) => new Date(Date.parse(instant) - shift).toISOString())
        .replace(/"saleDate":"([\d-]+)"/, (_, day: string) => {
          return `"saleDate":"${new Date(Date.parse(day) - shift).toISOString().slice(0, 10)}"`;
        });
    const later = played(7, { from: FROM + shift }).messages;
    expect(later.map((each) => back(JSON.stringify(each)))).toEqual(
      messages.map((each) => JSON.stringify(each)),
    );
  });

  test('have as many registrations as configured, each once, and each in a running event', () => {
    expect(registrations).toHaveLength(20_000);
    const people = new Set(registrations.map(({ message }) => message.value['participantId']));
    expect(people.size).toBe(20_000);
    const events = new Map(shops.events.map((event) => [event.eventId, event]));
    const outside = registrations.filter((each) => {
      const event = events.get(each.message.key);
      return event === undefined || instantOf(each) < event.startAt || instantOf(each) >= event.endAt;
    });
    expect(outside).toEqual([]);
  });

  test('have the configured shares of late and duplicate messages', () => {
    const share = (fault: string): number =>
      messages.filter((each) => each.fault === fault).length / messages.length;
    expect(share('late')).toBeCloseTo(0.03, 2);
    expect(share('duplicate')).toBeCloseTo(0.02, 2);
  });

  test('repeat only earlier messages: with the same messageId, or the same participant with another', () => {
    const known = new Set<unknown>();
    let renewed = 0;
    for (const { message, fault } of messages) {
      const { messageId, participantId } = message.value;
      if (fault === 'duplicate') {
        expect(known.has(participantId ?? messageId)).toBe(true);
        if (!known.has(messageId)) renewed += 1;
      }
      known.add(messageId).add(participantId);
    }
    expect(renewed).toBeGreaterThan(50);
  });

  test('have more registrations by day than by night', () => {
    const at = (hour: number): number =>
      registrations.filter((each) => hourOf(instantOf(each)) === hour).length;
    expect(at(19)).toBeGreaterThan(8 * at(3));
  });

  test('announce and distribute every event, and measure views to its end', () => {
    const keysOf = (topic: string): Set<string> => new Set(ofTopic(topic).map(({ message }) => message.key));
    const all = shops.events.map(({ eventId }) => eventId).sort();
    expect([...keysOf('event.created')].sort()).toEqual(all);
    expect([...keysOf('distribution.completed')].sort()).toEqual(all);
    const ended = shops.events.find(({ endAt }) => endAt < FROM + (DAYS - 3) * DAY)!;
    const last = ofTopic('channel.views-measured').filter(({ message }) => message.key === ended.eventId);
    expect(Math.max(...last.map(instantOf))).toBe(ended.endAt);
  });

  test('have another mix of channels for every event', () => {
    const mixes = shops.events.map(({ channels }) => channels.map(({ channel, share }) => [channel, share]));
    expect(new Set(mixes.map((mix) => JSON.stringify(mix))).size).toBe(shops.events.length);
  });

  test('have views that only grow', () => {
    const measurements = ofTopic('channel.views-measured').sort(
      (one, other) => instantOf(one) - instantOf(other),
    );
    const latest = new Map<string, number>();
    for (const { message } of measurements) {
      const views = Number(message.value['views']);
      const place = `${message.key} ${String(message.value['channel'])}`;
      expect(views).toBeGreaterThanOrEqual(latest.get(place) ?? 0);
      latest.set(place, views);
    }
    expect(latest.size).toBeGreaterThan(shops.events.length);
  });

  test('sell more while one of their events runs', () => {
    const sales = ofTopic('sales.recorded', 'none').filter(
      ({ message }) => Number(message.value['amount']) > 0,
    );
    const isOn = (each: ScenarioMessage): boolean =>
      shops.events.some(
        ({ storeId, startAt, endAt }) =>
          storeId === each.message.key && startAt <= instantOf(each) && instantOf(each) < endAt,
      );
    const mean = (days: readonly ScenarioMessage[]): number =>
      days.reduce((sum, { message }) => sum + Number(message.value['amount']), 0) / days.length;
    expect(mean(sales.filter(isOn))).toBeGreaterThan(1.05 * mean(sales.filter((each) => !isOn(each))));
    expect(ofTopic('sales.recorded').some(({ message }) => Number(message.value['amount']) < 0)).toBe(true);
  });

  test('keep the measurements in proportion to the participants', () => {
    const few = played(7, { registrations: 200 });
    const measured = few.messages.filter(({ message }) => message.topic === 'channel.views-measured').length;
    expect(measured).toBeLessThan(200);
    expect(ofTopic('channel.views-measured').length).toBeGreaterThan(10 * measured);
  });

  test('can be one shop with one event', () => {
    const { messages: lone } = played(1, { stores: 1, events: 1, registrations: 10 });
    const people = lone.filter(
      ({ message, fault }) => message.topic === 'participant.registered' && fault !== 'duplicate',
    );
    expect(people).toHaveLength(10);
    expect(Math.max(...people.map(instantOf))).toBeLessThan(FROM + DAYS * DAY + HOUR);
  });
});
