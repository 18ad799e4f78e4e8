import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { createBusinessCalendar } from '../../src/domain/calendar';
import { describeDrift } from '../../src/workers/verification/compare';
import { verifyRollups } from '../../src/workers/verification/verify';
import { addresses } from '../harness/addresses';
import { type BreakableLink, linkTo } from '../harness/contract/breakable-link';
import { DISTRIBUTED, freshRedis, freshTopicPrefix, type Own } from '../harness/isolation';
import {
  eventCreated,
  type EventIds,
  newEvent,
  participantRegistered,
  salesRecorded,
} from '../harness/messages';
import { freshCitusDatabase, workersOf } from '../harness/servers/citus';
import { startTestService, type TestService } from '../harness/service';
import { openTopics, type TestTopics } from '../harness/topics';
import { waitFor } from '../harness/wait-for';

const EVENTS = 12;
const DAY_MS = 86_400_000;
/** Citus looks once a minute for what a lost worker had prepared and was not told to commit. */
const PATIENCE_MS = 240_000;
const calendar = createBusinessCalendar('Asia/Seoul');

/** What was sent: of each event its participants, of each store what it sold. */
interface Sent {
  readonly participants: Map<string, Set<string>>;
  readonly sales: Map<string, number>;
}

const countsRow = z.object({ id: z.string(), count: z.number() });
const placementRow = z.object({ shard: z.bigint(), from: z.number(), to: z.number() });

describe('while messages come', () => {
  const events = Array.from({ length: EVENTS }, () => newEvent());
  const sent: Sent = { participants: new Map(), sales: new Map() };
  const elsewhere = newEvent().storeId;
  let rounds = 0;
  let links: readonly BreakableLink[];
  let owns: readonly Own[];
  let service: TestService;
  let topics: TestTopics;

  beforeAll(async () => {
    const { databaseUrl, kafkaBrokers } = addresses();
    const workers = await workersOf(databaseUrl);
    links = await Promise.all(workers.map((worker) => linkTo(worker)));
    const name = `${DISTRIBUTED}${randomUUID().replaceAll('-', '')}`;
    const [database, redis] = await Promise.all([
      freshCitusDatabase(databaseUrl, name, (worker) => links[workers.indexOf(worker)]!.url),
      freshRedis(),
    ]);
    owns = [database, redis];
    const prefix = freshTopicPrefix();
    service = await startTestService({
      env: {
        DATABASE_URL: database.url,
        REDIS_URL: redis.url,
        KAFKA_BROKERS: kafkaBrokers.join(','),
        KAFKA_TOPIC_PREFIX: prefix,
        KAFKA_GROUP_ID: `${prefix}workers`,
      },
    });
    await waitFor(async () => (await service.lifecycle.readiness()).ready, {
      what: 'the service to be ready',
      timeoutMs: 60_000,
    });
    topics = await openTopics(kafkaBrokers, prefix);
    await topics.send('event.created', events.map(defined));
  });
  afterAll(async () => {
    await topics.close();
    await service.stop();
    await Promise.all(owns.map((own) => own.drop()));
    await Promise.all(links.map((link) => link.cut()));
  });

  /** Begun so long ago that it is settled in between. */
  const defined = (event: EventIds) =>
    eventCreated(event, {
      occurredAt: new Date().toISOString(),
      startAt: new Date(Date.now() - 20 * DAY_MS).toISOString(),
      endAt: new Date(Date.now() + DAY_MS).toISOString(),
    });

  /** One in five is sent twice. */
  async function sendSome(): Promise<void> {
    const registrations = events.flatMap(({ eventId }) => {
      const participantId = randomUUID();
      const known = sent.participants.get(eventId) ?? new Set();
      sent.participants.set(eventId, known.add(participantId));
      const message = participantRegistered(eventId, { participantId });
      return known.size % 5 === 0 ? [message, message] : [message];
    });
    const sales = events.map(({ storeId }, place) => {
      sent.sales.set(storeId, (sent.sales.get(storeId) ?? 0) + 100 + place);
      return salesRecorded(storeId, 100 + place);
    });
    const moving = events[rounds % EVENTS]!;
    rounds += 1;
    // To one of two stores and back: what is told of it must never stand in both.
    const storeId = rounds % (2 * EVENTS) < EVENTS ? elsewhere : moving.storeId;
    await topics.send('event.created', [defined({ ...moving, storeId })]);
    await topics.send('participant.registered', registrations);
    await topics.send('sales.recorded', sales);
  }

  /** Goes on sending, and asking, while the work is done and a little longer. @returns the statuses of the answers */
  async function underTraffic(work: () => Promise<unknown>): Promise<ReadonlySet<number>> {
    const statuses = new Set<number>();
    const fault = { isOver: false };
    const over = work().finally(() => (fault.isOver = true));
    for (let after = 0; after < 20; after += fault.isOver ? 1 : 0) {
      await sendSome();
      statuses.add(await statusOf(events[rounds % EVENTS]!));
      await pause(20);
    }
    await over;
    return statuses;
  }

  async function statusOf({ eventId }: EventIds): Promise<number> {
    const response = await fetch(`${service.origin}/api/events/${eventId}/analytics`, {
      headers: { authorization: `Bearer ${service.token()}` },
    });
    await response.arrayBuffer();
    return response.status;
  }

  async function numbersOf(statement: string): Promise<Record<string, number>> {
    const rows = await service.database.background.query(countsRow, statement);
    return Object.fromEntries(rows.map(({ id, count }) => [id, count]));
  }

  /** Neither lost nor doubled: what is counted is what was sent, and every rollup is what its rows add up to. */
  async function expectExact(): Promise<void> {
    const wanted = Object.fromEntries([...sent.participants].map(([id, known]) => [id, known.size]));
    const counted = (): Promise<Record<string, number>> =>
      numbersOf('SELECT event_id::text AS id, participants::int AS count FROM event_counts');
    const sold = (): Promise<Record<string, number>> =>
      numbersOf('SELECT store_id::text AS id, sum(amount)::int AS count FROM daily_sales GROUP BY store_id');
    await waitFor(
      async () => {
        expect(await counted()).toEqual(wanted);
        expect(await sold()).toEqual(Object.fromEntries(sent.sales));
        // What a lost worker has yet to commit is not there at first; what stays wrong fails.
        const { drifts } = await verifyRollups(service.database, { limit: 10, calendar });
        expect(drifts.map(describeDrift)).toEqual([]);
        return true;
      },
      { what: 'all that was sent to be counted, and every rollup to agree', timeoutMs: PATIENCE_MS },
    );
  }

  it(
    'a shard of events and one of stores move to the other worker and back: exact',
    async () => {
      const statuses = await underTraffic(async () => {
        for (const table of ['events', 'store_events']) {
          const [placement] = await service.database.background.query(placementRow, ONE_PLACEMENT, table);
          const { shard, from, to } = placement!;
          for (const [source, target] of [
            [from, to],
            [to, from],
          ])
            await service.database.background.execute(MOVE, shard, source, target);
        }
      });
      await expectExact();
      expect([...statuses].filter((status) => status !== 200 && status !== 404)).toEqual([]);
    },
    2 * PATIENCE_MS,
  );

  it(
    'a worker is lost and comes back, time and again: exact',
    async () => {
      const [, link] = links;
      await underTraffic(async () => {
        for (const lostForMs of [200, 1_000, 3_000]) {
          await link!.cut();
          await pause(lostForMs);
          await link!.mend();
          await pause(1_500);
        }
      });
      await expectExact();
    },
    2 * PATIENCE_MS,
  );

  it(
    'a worker hangs with its connections open, and comes back: exact',
    async () => {
      const [, link] = links;
      await underTraffic(async () => {
        link!.freeze();
        await pause(4_000);
        await link!.cut();
        await link!.mend();
      });
      await expectExact();
    },
    2 * PATIENCE_MS,
  );
});

const ONE_PLACEMENT = `
SELECT s.shardid AS shard, p.groupid AS from,
  (SELECT min(n.groupid) FROM pg_dist_node AS n WHERE n.groupid <> p.groupid AND n.shouldhaveshards) AS to
FROM pg_dist_shard AS s JOIN pg_dist_placement AS p USING (shardid)
WHERE s.logicalrelid = $1::text::regclass ORDER BY s.shardid LIMIT 1`;

const MOVE = `
SELECT citus_move_shard_placement($1::bigint, source.nodename, source.nodeport, target.nodename, target.nodeport,
  shard_transfer_mode => 'block_writes')
FROM pg_dist_node AS source, pg_dist_node AS target WHERE source.groupid = $2::int AND target.groupid = $3::int`;
