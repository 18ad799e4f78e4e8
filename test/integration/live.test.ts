import { setTimeout as pause } from 'node:timers/promises';
import {
  CardsOfDocument,
  WatchCardsDocument,
  type WatchCountSubscription,
  WatchCountDocument,
} from '../../src/generated/test-operations';
import { openSseClient, openWebSocketClient } from '../harness/live/clients';
import { FORMS, type LiveService } from '../harness/live/forms';
import { type SubscribingClient, type Watching, watch } from '../harness/live/watching';
import { eventCreated, newEvent, participantRegistered } from '../harness/messages';
import { ask } from '../harness/operations/client';
import { waitFor } from '../harness/wait-for';

type Count = WatchCountSubscription;

const people = (eventId: string, count: number) =>
  Array.from({ length: count }, () => participantRegistered(eventId));
const countOf = ({ participantCount }: Count): number => participantCount.count;
const versionOf = ({ participantCount }: Count): number => participantCount.version;

function expectNeverBack(values: readonly Count[]): void {
  for (const [index, value] of values.slice(1).entries()) {
    expect(versionOf(value)).toBeGreaterThan(versionOf(values[index]!));
    expect(countOf(value)).toBeGreaterThanOrEqual(countOf(values[index]!));
  }
}

describe.each(FORMS)('live values %s', (_form, start) => {
  let service: LiveService;
  const clients: { dispose(): void }[] = [];

  beforeAll(async () => {
    service = await start();
  });

  afterEach(() => {
    for (const client of clients.splice(0)) client.dispose();
  });

  afterAll(() => service.stop());

  const overWebSocket = (): SubscribingClient => {
    const client = openWebSocketClient(service.origin, { token: service.token() });
    clients.push(client);
    return client;
  };
  const overSse = (): SubscribingClient => {
    const client = openSseClient(service.origin, { token: service.token() });
    clients.push(client);
    return client;
  };

  /** An event that can be read, with so many participants. */
  async function runningEvent(participants = 0): Promise<string> {
    const ids = newEvent();
    await service.tell('event.created', [eventCreated(ids)], ids.eventId);
    if (participants > 0) {
      await service.tell('participant.registered', people(ids.eventId, participants), ids.eventId);
    }
    await waitFor(
      async () => {
        const { data } = await ask(service.origin, service.token(), CardsOfDocument, {
          eventId: ids.eventId,
        });
        return data?.dashboard.summaryCards.totalParticipants.count === participants;
      },
      { what: 'the event to be there', timeoutMs: 20_000 },
    );
    return ids.eventId;
  }

  const register = (eventId: string, count: number): Promise<void> =>
    service.tell('participant.registered', people(eventId, count), eventId);
  const toReach = (watching: Watching<Count>, count: number): Promise<Count> =>
    watching.until((value) => countOf(value) === count, `a count of ${count}`);

  describe.each([
    ['WebSocket', overWebSocket],
    ['server-sent events', overSse],
  ])('over %s', (_transport, open) => {
    it('come at once, and then after each change, with versions that only grow', async () => {
      const eventId = await runningEvent(2);
      const watching = watch(open(), WatchCountDocument, { eventId, afterVersion: null });
      const first = await toReach(watching, 2);
      expect(watching.values).toEqual([first]);
      expect(first.participantCount).toMatchObject({ achievementRate: 2, count: 2 });
      await register(eventId, 3);
      await toReach(watching, 5);
      await register(eventId, 1);
      await toReach(watching, 6);
      expectNeverBack(watching.values);
    });

    it('of a dashboard are the selected sections, equal to what a query answers', async () => {
      const eventId = await runningEvent(1);
      const watching = watch(open(), WatchCardsDocument, { eventId });
      const shows = (count: number) =>
        watching.until(
          (value) => value.dashboardUpdated.summaryCards.totalParticipants.count === count,
          `a dashboard with ${count}`,
        );
      await shows(1);
      await register(eventId, 4);
      const { dashboardUpdated } = await shows(5);
      const { data } = await ask(service.origin, service.token(), CardsOfDocument, { eventId });
      expect(dashboardUpdated).toEqual(data?.dashboard);
    });
  });

  it('are coalesced: many changes come as few values, and the last is never lost', async () => {
    const eventId = await runningEvent();
    const watching = watch(overWebSocket(), WatchCountDocument, { eventId, afterVersion: null });
    const cards = watch(overWebSocket(), WatchCardsDocument, { eventId });
    await toReach(watching, 0);
    await waitFor(() => cards.values.length > 0, { what: 'the first dashboard', timeoutMs: 5_000 });
    const begun = performance.now();
    for (let change = 0; change < 60; change += 1) await register(eventId, 1);
    await toReach(watching, 60);
    await cards.until(
      (value) => value.dashboardUpdated.summaryCards.totalParticipants.count === 60,
      'the last dashboard',
    );
    const seconds = (performance.now() - begun) / 1_000;
    // One for each interval, and one more at either end.
    expect(watching.values.length).toBeLessThanOrEqual(seconds * 4 + 2);
    expect(cards.values.length).toBeLessThanOrEqual(seconds + 2);
    expectNeverBack(watching.values);
  });

  it('are not sent to subscribers who have seen them, and the next is sent', async () => {
    const eventId = await runningEvent(1);
    const first = watch(overWebSocket(), WatchCountDocument, { eventId, afterVersion: null });
    const version = versionOf(await toReach(first, 1));
    const byVariable = watch(overWebSocket(), WatchCountDocument, { eventId, afterVersion: version });
    const byLiteral = watch<Count, { eventId: string }>(
      overWebSocket(),
      `subscription ($eventId: UUID!) {
        participantCount(eventId: $eventId, afterVersion: ${version}) { count version }
      }`,
      { eventId },
    );
    const behind = watch(overSse(), WatchCountDocument, { eventId, afterVersion: version - 1 });
    await toReach(behind, 1);
    await pause(300);
    expect(byVariable.values).toEqual([]);
    expect(byLiteral.values).toEqual([]);
    await register(eventId, 1);
    for (const watching of [byVariable, byLiteral, behind]) await toReach(watching, 2);
    expect(byVariable.values).toHaveLength(1);
    expect(byLiteral.values).toHaveLength(1);
  });

  it('have no gap between the first value and the changes after it', async () => {
    const changes = 25;
    const eventId = await runningEvent();
    const client = overWebSocket();
    const watchings: Watching<Count>[] = [];
    for (let change = 0; change < changes; change += 1) {
      // Started at the same moment, so that either may come first.
      const sent = register(eventId, 1);
      await pause(change % 5);
      watchings.push(watch(client, WatchCountDocument, { eventId, afterVersion: null }));
      await sent;
    }
    for (const watching of watchings) {
      await toReach(watching, changes);
      expectNeverBack(watching.values);
    }
  });

  it('come to the only subscriber of an event that changes while they subscribe', async () => {
    for (let change = 0; change < 10; change += 1) {
      const eventId = await runningEvent();
      const sent = register(eventId, 1);
      await pause(change);
      const watching = watch(overWebSocket(), WatchCountDocument, { eventId, afterVersion: null });
      await sent;
      await toReach(watching, 1);
      watching.stop();
    }
  });

  it('cost as many statements for 200 sockets as for two, and are the same bytes for all', async () => {
    async function statementsFor(sockets: number): Promise<{ statements: number; texts: Set<string> }> {
      const eventId = await runningEvent();
      const texts = new Set<string>();
      const watchings = Array.from({ length: sockets }, (_, index) => {
        const client = openWebSocketClient(service.origin, { token: service.token() });
        clients.push(client);
        const watching = watch(client, WatchCountDocument, { eventId, afterVersion: index === 0 ? null : 0 });
        return { client, watching };
      });
      for (const { watching } of watchings) await toReach(watching, 0);
      for (const { client } of watchings) {
        client.socket?.on('message', (data: Buffer) => {
          texts.add(data.toString().replace(/"id":"[^"]*"/, '"id":""'));
        });
      }
      // The executions for the first values are over by then.
      await pause(600);
      service.statements.length = 0;
      for (let change = 1; change <= 10; change += 1) {
        await register(eventId, 1);
        await Promise.all(watchings.map(({ watching }) => toReach(watching, change)));
        await pause(260);
      }
      const reading = service.statements.filter(
        ({ sql }) => /^\s*SELECT/i.test(sql) && sql.includes('target_goal'),
      );
      for (const { client } of watchings) client.dispose();
      return { statements: reading.length, texts };
    }
    const few = await statementsFor(2);
    const many = await statementsFor(200);
    expect(many.statements).toBeLessThanOrEqual(12);
    expect(many.statements).toBe(few.statements);
    // The same bytes for all: as many different texts as there were changes.
    expect(many.texts.size).toBe(10);
  });

  it('differ for different selections', async () => {
    const eventId = await runningEvent();
    const select = (fields: string) =>
      watch<{ participantCount: Record<string, unknown> }, { eventId: string }>(
        overWebSocket(),
        `subscription ($eventId: UUID!) { participantCount(eventId: $eventId) { ${fields} } }`,
        { eventId },
      );
    const [counts, renamed] = [select('count'), select('much: count dailyChange')];
    await register(eventId, 1);
    await counts.until(({ participantCount }) => participantCount['count'] === 1, 'the count');
    await renamed.until(({ participantCount }) => participantCount['much'] === 1, 'the other');
    expect(Object.keys(counts.values.at(-1)!.participantCount)).toEqual(['count']);
    expect(Object.keys(renamed.values.at(-1)!.participantCount)).toEqual(['much', 'dailyChange']);
  });
});
