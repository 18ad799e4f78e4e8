import { setImmediate as turn } from 'node:timers/promises';
import { buildSchema, parse } from 'graphql';
import { ANYBODY } from '../../../src/auth/audience';
import type { Viewer } from '../../../src/auth/viewer';
import { refuseToken } from '../../../src/auth/refusal';
import { createLatest } from '../../../src/gateway/live/latest';
import { cohortKey, sharedDocument } from '../../../src/gateway/live/live-operation';
import { createPace } from '../../../src/gateway/live/pace';
import { createSession } from '../../../src/gateway/live/session';
import { settlesWithin } from '../../../src/runtime/settles-within';
import type { Instant, StoreId } from '../../../src/domain/values';

describe('a pace', () => {
  beforeEach(() => jest.useFakeTimers({ doNotFake: ['setImmediate'] }));
  afterEach(() => jest.useRealTimers());

  it('runs the first at once, those that come too early once more, and the last never gets lost', async () => {
    let runs = 0;
    const pace = createPace(250, ({ begin }) => {
      begin();
      return Promise.resolve(void (runs += 1));
    });
    pace.trigger();
    expect(runs).toBe(1);
    for (let n = 0; n < 5; n += 1) pace.trigger();
    await turn();
    expect(runs).toBe(1);
    await jest.advanceTimersByTimeAsync(250);
    expect(runs).toBe(2);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(runs).toBe(2);
  });

  it('does not overlap runs: what comes during a long one is run after it', async () => {
    const ends: (() => void)[] = [];
    const pace = createPace(250, ({ begin }) => {
      begin();
      return new Promise((resolve) => ends.push(resolve));
    });
    pace.trigger();
    await jest.advanceTimersByTimeAsync(125);
    pace.trigger();
    pace.trigger();
    await jest.advanceTimersByTimeAsync(75);
    expect(ends).toHaveLength(1);
    ends[0]!();
    await jest.advanceTimersByTimeAsync(200);
    expect(ends).toHaveLength(2);
  });

  it.each([
    ['as long as it took', 400, 400],
    ['a second at most, however long a database was waited for', 60_000, 1_000],
  ])('rests %s: half of the time is left to others', async (_what, took, rest) => {
    let runs = 0;
    const pace = createPace(250, async ({ begin }) => {
      begin();
      runs += 1;
      await new Promise((resolve) => setTimeout(resolve, took));
    });
    pace.trigger();
    await jest.advanceTimersByTimeAsync(took);
    pace.trigger();
    await jest.advanceTimersByTimeAsync(rest - 1);
    expect(runs).toBe(1);
    await jest.advanceTimersByTimeAsync(1);
    expect(runs).toBe(2);
    pace.stop();
  });

  it('does not rest for the sending of what it has made', async () => {
    let runs = 0;
    const pace = createPace(250, async ({ begin, made }) => {
      begin();
      runs += 1;
      await new Promise((resolve) => setTimeout(resolve, 20));
      made();
      await new Promise((resolve) => setTimeout(resolve, 200));
    });
    pace.trigger();
    await jest.advanceTimersByTimeAsync(220);
    pace.trigger();
    await jest.advanceTimersByTimeAsync(30);
    expect(runs).toBe(2);
    pace.stop();
  });

  it('counts its time from when a run has begun, and what was triggered before that as done', async () => {
    const begins: (() => void)[] = [];
    const ends: (() => void)[] = [];
    const pace = createPace(250, ({ begin }) => {
      begins.push(begin);
      return new Promise((resolve) => ends.push(resolve));
    });
    pace.trigger();
    await jest.advanceTimersByTimeAsync(100);
    pace.trigger();
    begins[0]!();
    ends[0]!();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(begins).toHaveLength(1);
    pace.trigger();
    begins[1]!();
    pace.trigger();
    ends[1]!();
    await jest.advanceTimersByTimeAsync(249);
    expect(begins).toHaveLength(2);
    await jest.advanceTimersByTimeAsync(1);
    expect(begins).toHaveLength(3);
  });

  it('tries a run again that ended without having begun, but keeps its distance', async () => {
    let runs = 0;
    const pace = createPace(250, () => Promise.resolve(void (runs += 1)));
    pace.trigger();
    await turn();
    expect(runs).toBe(1);
    await jest.advanceTimersByTimeAsync(250);
    expect(runs).toBe(2);
    pace.stop();
  });

  it('runs nothing more once it is stopped', async () => {
    let runs = 0;
    const pace = createPace(250, ({ begin }) => {
      begin();
      return Promise.resolve(void (runs += 1));
    });
    pace.trigger();
    pace.trigger();
    pace.stop();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(runs).toBe(1);
  });
});

describe('the key of a cohort', () => {
  const schema = buildSchema(
    'type Query { a: Int } type Subscription { watch(id: ID!, afterVersion: Int): Int other: Int }',
  );
  const read = (query: string) => sharedDocument(parse(query));
  const keyOf = (
    query: string,
    variables: Record<string, unknown> = {},
    operationName?: string,
    audience = ANYBODY,
  ): string => {
    const document = read(query);
    const args = { schema, document: document.document, variableValues: variables };
    return cohortKey(document, { ...args, operationName: operationName ?? null }, audience);
  };
  const QUERY = 'subscription ($id: ID!, $seen: Int) { watch(id: $id, afterVersion: $seen) }';

  it('is one for documents that differ in blanks, or in what has been seen', () => {
    const key = keyOf(QUERY, { id: 'x', seen: 1 });
    expect(keyOf(QUERY.replaceAll(' ', '\n  '), { seen: 2, id: 'x' })).toBe(key);
    expect(keyOf(QUERY, { id: 'x' })).toBe(key);
    const literal = (seen: string) => keyOf(`subscription { watch(id: "x"${seen}) }`);
    expect(literal(', afterVersion: 1')).toBe(literal(', afterVersion: 99'));
    expect(literal(', afterVersion: 1')).toBe(literal(''));
  });

  it('does not look at variables that the operation does not declare', () => {
    expect(keyOf(QUERY, { id: 'x', nonce: 1 })).toBe(keyOf(QUERY, { id: 'x', nonce: 2 }));
  });

  it('is one for tokens of the same stores, and another for those of others', () => {
    const readers = ['b', 'a', 'c'].map((store) => store as StoreId);
    const keyFor = (...stores: readonly StoreId[]) => keyOf(QUERY, { id: 'x' }, undefined, new Set(stores));
    const [b, a, c] = readers;
    expect(keyFor(a!, b!)).toBe(keyFor(b!, a!));
    expect(new Set([keyFor(a!, b!), keyFor(a!, c!), keyOf(QUERY, { id: 'x' })]).size).toBe(3);
  });

  it('is another for another variable, selection or operation', () => {
    const keys = [
      keyOf(QUERY, { id: 'x' }),
      keyOf(QUERY, { id: 'y' }),
      keyOf(QUERY.replace('watch(', 'alias: watch('), { id: 'x' }),
      keyOf(QUERY, { id: 'x' }, 'Named'),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe('the latest', () => {
  const ready = () => Promise.resolve();

  it('gives a slow reader the last value, and not those before', async () => {
    const latest = createLatest<number>(() => undefined, ready);
    latest.put(1);
    latest.put(2);
    expect(await latest.stream.next()).toEqual({ done: false, value: 2 });
    const next = latest.stream.next();
    await turn();
    latest.put(3);
    expect(await next).toEqual({ done: false, value: 3 });
  });

  it('gives what was put last before it ends', async () => {
    let returns = 0;
    const latest = createLatest<number>(() => (returns += 1), ready);
    latest.put(1);
    latest.end();
    latest.put(2);
    expect(await latest.stream.next()).toEqual({ done: false, value: 1 });
    expect(await latest.stream.next()).toEqual({ done: true, value: undefined });
    await latest.stream.return();
    expect(returns).toBe(1);
  });

  it('lets a reader go who is waiting', async () => {
    let returns = 0;
    const latest = createLatest<number>(() => (returns += 1), ready);
    const waiting = latest.stream.next();
    await turn();
    await latest.stream.return();
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(returns).toBe(1);
  });

  it('keeps the value back until the reader has taken in the one before', async () => {
    let open: () => void = () => undefined;
    const latest = createLatest<number>(
      () => undefined,
      () => new Promise((resolve) => (open = resolve)),
    );
    const first = latest.stream.next();
    latest.put(1);
    latest.put(2);
    open();
    expect(await first).toEqual({ done: false, value: 2 });
  });
});

describe('a session', () => {
  const DAY_MS = 86_400_000;
  beforeEach(() => jest.useFakeTimers({ now: 0 }));
  afterEach(() => jest.useRealTimers());

  function open() {
    let expiries = 0;
    const session = createSession({
      clock: { now: () => Date.now() as Instant },
      onExpiry: () => (expiries += 1),
      recognise: (text) =>
        text === undefined
          ? Promise.reject(refuseToken('missing', 'There is none.'))
          : Promise.resolve<Viewer>({
              subject: text,
              storeIds: new Set(),
              isAdmin: false,
              expiresAt: Number(text) as Instant,
            }),
    });
    return { session, expiries: () => expiries };
  }

  it('lasts as long as its token, a fresh one included', async () => {
    const { session, expiries } = open();
    await session.enter('1000');
    await jest.advanceTimersByTimeAsync(900);
    await session.enter('5000');
    await jest.advanceTimersByTimeAsync(4_000);
    expect(expiries()).toBe(0);
    expect(session.viewer?.subject).toBe('5000');
    await jest.advanceTimersByTimeAsync(200);
    expect(expiries()).toBe(1);
  });

  it('lasts longer than a timer can be set for', async () => {
    const { session, expiries } = open();
    await session.enter(String(60 * DAY_MS));
    await jest.advanceTimersByTimeAsync(59 * DAY_MS);
    expect(expiries()).toBe(0);
    await jest.advanceTimersByTimeAsync(2 * DAY_MS);
    expect(expiries()).toBe(1);
  });

  it('is not entered with what is no text, nor once it is over', async () => {
    const { session, expiries } = open();
    await expect(session.enter({})).rejects.toThrow();
    await session.enter('1000');
    session.end();
    await jest.advanceTimersByTimeAsync(2_000);
    expect(expiries()).toBe(0);
    await expect(session.enter('9000')).rejects.toThrow();
  });
});

describe('settling within a time', () => {
  it('is told from taking longer, and a failure has settled, too', async () => {
    expect(await settlesWithin(1_000, Promise.resolve())).toBe(true);
    expect(await settlesWithin(1_000, Promise.reject(new Error('no')))).toBe(true);
    expect(await settlesWithin(5, new Promise(() => undefined))).toBe(false);
  });
});
