import type { PlayedMessage } from '../../../../src/commands/simulator/mishaps';
import { DAY, HOUR, hourOf } from '../../../../src/commands/simulator/moments';
import { play } from '../../../../src/commands/simulator/play';
import { createRandom } from '../../../../src/commands/simulator/random';
import { planTown, type Town } from '../../../../src/commands/simulator/town';
import type { Instant } from '../../../../src/domain/values';
import { parseValue } from '../../../../src/workers/messages/parse';
import { isTopic } from '../../../../src/workers/messages/topics';

const FROM = Date.parse('2025-10-01T00:00:00+09:00');
const DAYS = 14;

interface Played {
  readonly town: Town;
  readonly messages: readonly PlayedMessage[];
}

function played(seed: number, { from = FROM, registrations = 20_000, stores = 8, events = 12 } = {}): Played {
  const random = createRandom(seed);
  const until = from + DAYS * DAY;
  const town = planTown(random, { stores, events, from, until });
  return { town, messages: [...play(random, town, { from, until, registrations })] };
}

const { town, messages } = played(7);
const ofTopic = (topic: string, fate?: string) =>
  messages.filter(
    ({ message, fate: its }) => message.topic === topic && (fate === undefined || its === fate),
  );
const newcomers = messages.filter(
  ({ message, fate }) => message.topic === 'participant.registered' && fate !== 'again',
);
const instantOf = ({ message }: PlayedMessage): number => Date.parse(String(message.value['occurredAt']));

describe('a town that is played', () => {
  test('sends nothing that a worker would refuse', () => {
    const now = (FROM + DAYS * DAY) as Instant;
    const refused = messages.flatMap(({ message: { topic, value } }) => {
      const parsed = isTopic(topic) ? parseValue(topic, value, now) : undefined;
      return parsed === undefined || parsed.kind === 'rejected' ? [{ topic, parsed }] : [];
    });
    expect(refused).toEqual([]);
  });

  test('is the same for the same seed, and another for another', () => {
    expect(played(7).messages).toEqual(messages);
    expect(played(8).messages[0]).not.toEqual(messages[0]);
  });

  test('is the same some days later, apart from the clock', () => {
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

  test('has as many newcomers as were asked for, each once, and each in an event that is on', () => {
    expect(newcomers).toHaveLength(20_000);
    const people = new Set(newcomers.map(({ message }) => message.value['participantId']));
    expect(people.size).toBe(20_000);
    const events = new Map(town.events.map((event) => [event.eventId, event]));
    const outside = newcomers.filter((each) => {
      const event = events.get(each.message.key);
      return event === undefined || instantOf(each) < event.startAt || instantOf(each) >= event.endAt;
    });
    expect(outside).toEqual([]);
  });

  test('holds up and repeats the shares that it says', () => {
    const share = (fate: string): number =>
      messages.filter((each) => each.fate === fate).length / messages.length;
    expect(share('late')).toBeCloseTo(0.03, 2);
    expect(share('again')).toBeCloseTo(0.02, 2);
  });

  test('repeats what has come before: the same message, or the same person under another messageId', () => {
    const known = new Set<unknown>();
    let renewed = 0;
    for (const { message, fate } of messages) {
      const { messageId, participantId } = message.value;
      if (fate === 'again') {
        expect(known.has(participantId ?? messageId)).toBe(true);
        if (!known.has(messageId)) renewed += 1;
      }
      known.add(messageId).add(participantId);
    }
    expect(renewed).toBeGreaterThan(50);
  });

  test('has its people about by day and not by night', () => {
    const at = (hour: number): number => newcomers.filter((each) => hourOf(instantOf(each)) === hour).length;
    expect(at(19)).toBeGreaterThan(8 * at(3));
  });

  test('lets every event be announced, begin, and those that end be counted to the end', () => {
    const keysOf = (topic: string): Set<string> => new Set(ofTopic(topic).map(({ message }) => message.key));
    const all = town.events.map(({ eventId }) => eventId).sort();
    expect([...keysOf('event.created')].sort()).toEqual(all);
    expect([...keysOf('distribution.completed')].sort()).toEqual(all);
    const ended = town.events.find(({ endAt }) => endAt < FROM + (DAYS - 3) * DAY)!;
    const last = ofTopic('channel.views-measured').filter(({ message }) => message.key === ended.eventId);
    expect(Math.max(...last.map(instantOf))).toBe(ended.endAt);
  });

  test('mixes the channels anew for every event', () => {
    const mixes = town.events.map(({ channels }) => channels.map(({ channel, share }) => [channel, share]));
    expect(new Set(mixes.map((mix) => JSON.stringify(mix))).size).toBe(town.events.length);
  });

  test('lets views only grow', () => {
    const looks = ofTopic('channel.views-measured').sort((one, other) => instantOf(one) - instantOf(other));
    const latest = new Map<string, number>();
    for (const { message } of looks) {
      const views = Number(message.value['views']);
      const place = `${message.key} ${String(message.value['channel'])}`;
      expect(views).toBeGreaterThanOrEqual(latest.get(place) ?? 0);
      latest.set(place, views);
    }
    expect(latest.size).toBeGreaterThan(town.events.length);
  });

  test('lets stores take more while an event of theirs is on', () => {
    const takings = ofTopic('sales.recorded', 'in-time').filter(
      ({ message }) => Number(message.value['amount']) > 0,
    );
    const isOn = (each: PlayedMessage): boolean =>
      town.events.some(
        ({ storeId, startAt, endAt }) =>
          storeId === each.message.key && startAt <= instantOf(each) && instantOf(each) < endAt,
      );
    const mean = (days: readonly PlayedMessage[]): number =>
      days.reduce((sum, { message }) => sum + Number(message.value['amount']), 0) / days.length;
    expect(mean(takings.filter(isOn))).toBeGreaterThan(1.05 * mean(takings.filter((each) => !isOn(each))));
    expect(ofTopic('sales.recorded').some(({ message }) => Number(message.value['amount']) < 0)).toBe(true);
  });

  test('keeps the measurements in proportion to its people', () => {
    const few = played(7, { registrations: 200 });
    const measured = few.messages.filter(({ message }) => message.topic === 'channel.views-measured').length;
    expect(measured).toBeLessThan(200);
    expect(ofTopic('channel.views-measured').length).toBeGreaterThan(10 * measured);
  });

  test('plays a single event of a single store as well', () => {
    const { messages: lone } = played(1, { stores: 1, events: 1, registrations: 10 });
    const people = lone.filter(
      ({ message, fate }) => message.topic === 'participant.registered' && fate !== 'again',
    );
    expect(people).toHaveLength(10);
    expect(Math.max(...people.map(instantOf))).toBeLessThan(FROM + DAYS * DAY + HOUR);
  });
});
