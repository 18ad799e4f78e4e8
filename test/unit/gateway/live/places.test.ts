import { parse } from 'graphql';
import { createCohortPlaces, type Opening } from '../../../../src/gateway/live/cohort-places';
import { closeReason } from '../../../../src/gateway/live/close-reason';
import { createConnectionCount } from '../../../../src/gateway/live/connection-count';
import { createRefusals, type LiveLimit } from '../../../../src/gateway/live/refusals';
import { createTokenPlaces, type TokenLimits } from '../../../../src/gateway/live/token-places';

const document = parse('{ __typename }');
const opening = (subject: string, more: Partial<Opening> = {}): Opening => ({
  subject,
  cost: 1,
  document,
  bytes: 14,
  ...more,
});

describe('the places of cohorts', () => {
  function open(
    limits: { readonly cohortsPerEvent?: number; readonly costPerEvent?: number },
    tokenLimits?: TokenLimits,
  ) {
    const refusals = createRefusals();
    const tokens = createTokenPlaces(refusals, tokenLimits);
    const event = () =>
      createCohortPlaces({
        limits: { cohortsPerEvent: 100, costPerEvent: 100, ...limits },
        tokens,
        refusals,
      });
    return { event, refusals };
  }
  function isFull(take: () => unknown): void {
    let thrown: unknown;
    try {
      take();
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code: 'TOO_MANY_REQUESTS', retryAfterSeconds: 10 });
  }

  it('are taken by one token up to half, and by all together up to the whole', () => {
    const { event, refusals } = open({ cohortsPerEvent: 4 });
    const places = event();
    places.take(opening('a'));
    const leave = places.take(opening('a'));
    isFull(() => places.take(opening('a')));
    places.take(opening('b'));
    places.take(opening('c'));
    isFull(() => places.take(opening('d')));
    leave();
    leave();
    places.take(opening('d'));
    isFull(() => places.take(opening('e')));
    expect(refusals.of('cohorts_per_event')).toBe(3);
  });

  it('cost what they cost together, half of it by one token', () => {
    const { event, refusals } = open({ costPerEvent: 100 });
    const places = event();
    isFull(() => places.take(opening('a', { cost: 51 })));
    places.take(opening('a', { cost: 50 }));
    isFull(() => places.take(opening('a', { cost: 1 })));
    places.take(opening('b', { cost: 40 }));
    isFull(() => places.take(opening('c', { cost: 11 })));
    places.take(opening('c', { cost: 10 }));
    expect(refusals.of('cost_per_event')).toBe(3);
  });

  it.each<[LiveLimit, TokenLimits]>([
    ['cohorts_per_token', { cohorts: 2, documentBytes: 1_000 }],
    ['documents_per_token', { cohorts: 1_000, documentBytes: 28 }],
  ])('are %s over all events', (limit, tokenLimits) => {
    const { event, refusals } = open({}, tokenLimits);
    const different = (): Opening => opening('a', { document: parse('{ __typename }') });
    const [first] = [event().take(different()), event().take(different())];
    isFull(() => event().take(different()));
    event().take(opening('b'));
    first();
    event().take(different());
    isFull(() => event().take(different()));
    expect(refusals.of(limit)).toBe(2);
  });

  it('of one document keep it once, and for as long as any of them is there', () => {
    const { event } = open({}, { cohorts: 1_000, documentBytes: 14 });
    const other = opening('a', { document: parse('{ __typename }') });
    const [first, second] = [event().take(opening('a')), event().take(opening('a'))];
    first();
    isFull(() => event().take(other));
    second();
    event().take(other);
  });
});

describe('connections', () => {
  it('are counted by subject, and given back once', () => {
    const connections = createConnectionCount(2);
    const [leave] = [connections.take('a'), connections.take('a')];
    expect(connections.take('a')).toBeUndefined();
    expect(connections.take('b')).toBeDefined();
    leave!();
    leave!();
    expect(connections.take('a')).toBeDefined();
    expect(connections.take('a')).toBeUndefined();
  });
});

describe('the reason of a close frame', () => {
  it('is cut to what fits, and stays UTF-8', () => {
    expect(closeReason('short')).toBe('short');
    expect(closeReason('a'.repeat(200))).toBe('a'.repeat(123));
    expect(closeReason('한'.repeat(60))).toBe('한'.repeat(41));
    expect(closeReason(`a${'한'.repeat(60)}`)).toBe(`a${'한'.repeat(40)}`);
  });
});
