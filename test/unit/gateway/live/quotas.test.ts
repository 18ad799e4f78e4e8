import { parse } from 'graphql';
import {
  createEventQuota,
  createTokenQuota,
  type NewCohort,
  type TokenLimits,
} from '../../../../src/gateway/live/quotas';
import { createConnectionLimiter, createRefusals, type LiveLimit } from '../../../../src/gateway/live/limits';
import { closeReason } from '../../../../src/gateway/live/websocket/protocol';

const document = parse('{ __typename }');
const cohort = (subject: string, more: Partial<NewCohort> = {}): NewCohort => ({
  subject,
  cost: 1,
  document,
  bytes: 14,
  ...more,
});

describe('the quota of cohorts', () => {
  function open(
    limits: { readonly cohortsPerEvent?: number; readonly costPerEvent?: number },
    tokenLimits?: TokenLimits,
  ) {
    const refusals = createRefusals();
    const tokenQuota = createTokenQuota(refusals, tokenLimits);
    const event = () =>
      createEventQuota({
        limits: { cohortsPerEvent: 100, costPerEvent: 100, ...limits },
        tokenQuota,
        refusals,
      });
    return { event, refusals };
  }
  function isFull(acquire: () => unknown): void {
    let thrown: unknown;
    try {
      acquire();
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code: 'TOO_MANY_REQUESTS', retryAfterSeconds: 10 });
  }

  it('allows one token half of the cohorts, and all tokens together the whole', () => {
    const { event, refusals } = open({ cohortsPerEvent: 4 });
    const quota = event();
    quota.acquire(cohort('a'));
    const release = quota.acquire(cohort('a'));
    isFull(() => quota.acquire(cohort('a')));
    quota.acquire(cohort('b'));
    quota.acquire(cohort('c'));
    isFull(() => quota.acquire(cohort('d')));
    release();
    release();
    quota.acquire(cohort('d'));
    isFull(() => quota.acquire(cohort('e')));
    expect(refusals.of('cohorts_per_event')).toBe(3);
  });

  it('limits the cost of all, half of it by one token', () => {
    const { event, refusals } = open({ costPerEvent: 100 });
    const quota = event();
    isFull(() => quota.acquire(cohort('a', { cost: 51 })));
    quota.acquire(cohort('a', { cost: 50 }));
    isFull(() => quota.acquire(cohort('a', { cost: 1 })));
    quota.acquire(cohort('b', { cost: 40 }));
    isFull(() => quota.acquire(cohort('c', { cost: 11 })));
    quota.acquire(cohort('c', { cost: 10 }));
    expect(refusals.of('cost_per_event')).toBe(3);
  });

  it.each<[LiveLimit, TokenLimits]>([
    ['cohorts_per_token', { cohorts: 2, documentBytes: 1_000 }],
    ['documents_per_token', { cohorts: 1_000, documentBytes: 28 }],
  ])('limits %s over all events', (limit, tokenLimits) => {
    const { event, refusals } = open({}, tokenLimits);
    const different = (): NewCohort => cohort('a', { document: parse('{ __typename }') });
    const [first] = [event().acquire(different()), event().acquire(different())];
    isFull(() => event().acquire(different()));
    event().acquire(cohort('b'));
    first();
    event().acquire(different());
    isFull(() => event().acquire(different()));
    expect(refusals.of(limit)).toBe(2);
  });

  it('counts a document once, for as long as any cohort holds it', () => {
    const { event } = open({}, { cohorts: 1_000, documentBytes: 14 });
    const other = cohort('a', { document: parse('{ __typename }') });
    const [first, second] = [event().acquire(cohort('a')), event().acquire(cohort('a'))];
    first();
    isFull(() => event().acquire(other));
    second();
    event().acquire(other);
  });
});

describe('connections', () => {
  it('are limited by subject, and released once', () => {
    const connections = createConnectionLimiter(2);
    const [release] = [connections.acquire('a'), connections.acquire('a')];
    expect(connections.acquire('a')).toBeUndefined();
    expect(connections.acquire('b')).toBeDefined();
    release!();
    release!();
    expect(connections.acquire('a')).toBeDefined();
    expect(connections.acquire('a')).toBeUndefined();
  });
});

describe('the reason of a close frame', () => {
  it('is truncated to what fits, and stays valid UTF-8', () => {
    expect(closeReason('short')).toBe('short');
    expect(closeReason('a'.repeat(200))).toBe('a'.repeat(123));
    expect(closeReason('한'.repeat(60))).toBe('한'.repeat(41));
    expect(closeReason(`a${'한'.repeat(60)}`)).toBe(`a${'한'.repeat(40)}`);
  });
});
