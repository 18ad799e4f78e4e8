import { randomUUID } from 'node:crypto';
import { type ServiceUnderContract, startUnderContract } from '../harness/contract/service';
import { sizesOf } from '../../src/database/sizes';
import type { EventId, StoreId } from '../../src/domain/values';
import { lockedRow } from '../harness/locked-row';
import { participantRegistered } from '../harness/messages';
import { type Answered, type AnsweredOperation, WAYS } from '../harness/operations/answers';
import { tokenOf } from '../harness/service';
import { waitFor } from '../harness/wait-for';

const MAX_COST = 2_000;
const TREND =
  'query ($id: UUID!) { dashboard(eventId: $id) { participationTrend { dataPoints { timestamp } } } }';
const COUNT =
  'query ($id: UUID!) { dashboard(eventId: $id) { summaryCards { totalParticipants { count } } } }';
const POOR = `query ($id: UUID!) { ${Array.from({ length: 25 }, (_, n) => `a${n}: dashboard(eventId: $id) { roiAnalysis { roiCalculation { roi } } summaryCards { roi { value } totalViews { count } } }`).join(' ')} }`;

let service: ServiceUnderContract;
let lines: string[] = [];
let ids: { readonly eventId: string; readonly storeId: string };
beforeAll(async () => {
  service = await startUnderContract({
    env: {
      LOG_LEVEL: 'info',
      MAX_OPERATION_COST: String(MAX_COST),
      OPERATION_TIMEOUT_SECONDS: '1',
      MAX_OPERATIONS: '4',
      MAX_OPERATIONS_PER_TOKEN: '2',
    },
    onLog: (line) => void lines.push(line),
  });
  ids = await service.event();
  await service.send('participant.registered', participantRegistered(ids.eventId));
});
afterAll(() => service.stop());
beforeEach(() => void (lines = []));

const token = (subject = 'owner'): string => tokenOf(subject, [ids.storeId]);
const codesOf = ({ errors = [] }: Answered): unknown[] => errors.map(({ extensions }) => extensions?.code);
const failures = (): string[] => lines.filter((line) => /"level":(5|6)0|"level":"(error|fatal)"/.test(line));

/** Operations that are under way, by what the service tells of itself. */
async function running(): Promise<number> {
  const { body } = await service.http.get('/metrics');
  return Number(/analytics_operations\{state="running"\} (\d+)/.exec(body)?.[1]);
}
const allGivenBack = (): Promise<unknown> =>
  waitFor(async () => (await running()) === 0, { what: 'every share to be given back', timeoutMs: 10_000 });

/** Locks this table against reads until it is let go. */
const locked = (table: 'events' | 'event_hours') =>
  lockedRow(service.databaseUrl, `LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`, []);

describe.each(Object.entries(WAYS))('an operation over %s', (_name, ask) => {
  const asked = (operation: AnsweredOperation, signal?: AbortSignal): Promise<Answered> =>
    ask(service.origin, token(), { variables: { id: ids.eventId }, ...operation }, signal);

  it('tells what it cost, and what it may, when it is asked to', async () => {
    const query = 'query ($id: UUID!) { event(id: $id) { eventId } }';
    const told = await asked({ query, extensions: { cost: true } });
    expect(told.data).toEqual({ event: { eventId: ids.eventId } });
    expect(told.extensions).toEqual({ cost: { requested: 37, maximum: MAX_COST } });
    expect((await asked({ query })).extensions).toBeUndefined();
    expect((await asked({ query, extensions: { cost: 'yes' } })).extensions).toBeUndefined();
  });

  it('is not executed when it costs more than any may', async () => {
    service.statements.length = 0;
    const refused = await asked({ query: POOR });
    const [error] = refused.errors ?? [];
    expect(refused.data ?? null).toBeNull();
    expect(error?.extensions).toMatchObject({ code: 'OPERATION_TOO_COSTLY', maxCost: MAX_COST });
    expect(error?.extensions?.['cost']).toBeGreaterThan(MAX_COST);
    expect(error?.message).toContain(String(error?.extensions?.['cost']));
    expect(service.statements).toHaveLength(0);
    expect(failures()).toEqual([]);
  });

  it('is held against what there is of an event, when that is less than there may be', async () => {
    const { data, extensions } = await asked({ query: TREND, extensions: { cost: true } });
    expect(data).toMatchObject({
      dashboard: { participationTrend: { dataPoints: expect.any(Array) as unknown } },
    });
    expect(extensions?.['cost']).toMatchObject({ maximum: MAX_COST });
  });

  it('is cancelled when its client goes: no line, no further statement, and the share is given back', async () => {
    const lock = await locked('events');
    const leaving = new AbortController();
    service.statements.length = 0;
    const asking = asked({ query: COUNT }, leaving.signal).catch(() => 'gone');
    await waitFor(async () => (await running()) === 1, { what: 'the operation to begin', timeoutMs: 5_000 });
    leaving.abort();
    expect(await asking).toBe('gone');
    // What is answered after that was received after the end of the connection.
    expect(await running()).toBe(1);
    await lock.release();
    await allGivenBack();
    // The one that was waiting for the lock.
    const { length } = service.statements.filter(({ sql }) => sql.includes('event_hours'));
    expect(length).toBeLessThanOrEqual(1);
    expect(failures()).toEqual([]);
  });
});

describe('an operation over every way', () => {
  /** Each for a viewer of its own, while no participants can be read. */
  async function late(query: string): Promise<Answered[]> {
    const lock = await locked('event_hours');
    try {
      const asking = Object.entries(WAYS).map(([name, ask]) =>
        ask(service.origin, token(name), { query, variables: { id: ids.eventId } }),
      );
      return await Promise.all(asking);
    } finally {
      await lock.release();
    }
  }

  it('is cancelled when its time is over, and others have its share', async () => {
    const answers = await late(COUNT);
    expect(answers.map(codesOf)).toEqual(Array(3).fill(['OPERATION_TIMEOUT']));
    for (const { errors } of answers) expect(errors?.[0]?.extensions).toMatchObject({ retryAfterSeconds: 1 });
    const [overHttp] = answers;
    expect(overHttp?.status).toBe(503);
    expect(overHttp?.headers?.get('retry-after')).toBe('1');
    await allGivenBack();
    expect(failures()).toEqual([]);
  });

  it('has an end in time, too, while the sizes are being read that its cost depends on', async () => {
    expect((await late(TREND)).map(codesOf)).toEqual(Array(3).fill(['OPERATION_TIMEOUT']));
    await allGivenBack();
  });
});

describe('the sizes of events that a cost depends on', () => {
  it('are read within the share of who asks: others are answered at the same time', async () => {
    const lock = await locked('event_hours');
    const costly = Array.from({ length: 20 }, () =>
      WAYS.HTTP(service.origin, token('greedy'), { query: TREND, variables: { id: ids.eventId } }),
    );
    try {
      await waitFor(async () => (await running()) === 2, { what: 'its whole share', timeoutMs: 5_000 });
      const query = 'query ($id: UUID!) { event(id: $id) { eventId } }';
      const other = await WAYS.HTTP(service.origin, token('other'), {
        query,
        variables: { id: ids.eventId },
      });
      expect(other.data).toEqual({ event: { eventId: ids.eventId } });
    } finally {
      await lock.release();
    }
    await Promise.all(costly);
    await allGivenBack();
  });

  it('are looked at of those events alone that who asks may read', async () => {
    const sizes = async (stores: readonly string[] | null) =>
      (await sizesOf(service.database, [ids.eventId as EventId], stores as readonly StoreId[] | null)).length;
    expect(await sizes([randomUUID()])).toBe(0);
    expect(await sizes([randomUUID(), ids.storeId])).toBe(1);
    expect(await sizes(null)).toBe(1);
    const otherOwner = tokenOf('another owner', [randomUUID()]);
    const refused = await WAYS.HTTP(service.origin, otherOwner, {
      query: TREND,
      variables: { id: ids.eventId },
      extensions: { cost: true },
    });
    expect(codesOf(refused)).toEqual(['FORBIDDEN']);
    const unknown = await WAYS.HTTP(service.origin, otherOwner, {
      query: TREND,
      variables: { id: randomUUID() },
      extensions: { cost: true },
    });
    expect(codesOf(unknown)).toEqual(['EVENT_NOT_FOUND']);
    expect(refused.extensions).toEqual(unknown.extensions);
  });
});
