import { createDashboardBody, decodeBody, encodeBody, missBytes } from '../../../src/rest/dashboard-body';
import type { Instant, StoreId } from '../../../src/domain/values';

const STORE = '660e8400-e29b-41d4-a716-446655440001' as StoreId;
const ASSEMBLED_AT = Date.parse('2025-10-22T10:30:00.001Z') as Instant;
const JSON_TEXT = '{"eventTitle":"\\"cacheStatus\\":\\"HIT\\"} 신규","cacheStatus":"HIT"}';
const PARTS = { storeId: STORE, averagedStores: 4_000_000_000, json: JSON_TEXT };

describe('a finished answer', () => {
  it('comes out of the cache as it went in, to the millisecond of its making', () => {
    const body = createDashboardBody(PARTS);
    expect(decodeBody(encodeBody({ body, assembledAt: ASSEMBLED_AT }))).toEqual({
      body,
      assembledAt: ASSEMBLED_AT,
    });
  });

  it('keeps the names of the channels that it answers for without a request to them', () => {
    const body = createDashboardBody({ ...PARTS, fallback: '%EC%A7%80%EB%8B%88TV,a%7Bb' });
    const kept = decodeBody(encodeBody({ body, assembledAt: ASSEMBLED_AT })).body;
    expect(kept).toEqual(body);
    expect(kept.fallback).toBe('%EC%A7%80%EB%8B%88TV,a%7Bb');
    expect(kept.etag).not.toBe(createDashboardBody(PARTS).etag);
  });

  it('differs in its last value alone when it was just made', () => {
    const text = missBytes(createDashboardBody(PARTS)).toString();
    expect(JSON.parse(text)).toEqual({ ...(JSON.parse(JSON_TEXT) as object), cacheStatus: 'MISS' });
    expect(text).toBe(JSON_TEXT.replace(/HIT"}$/, 'MISS"}'));
  });

  it('has a weak tag that other values do not have', () => {
    const { etag } = createDashboardBody(PARTS);
    expect(etag).toMatch(/^W\/"[\da-f]{32}"$/);
    expect(createDashboardBody(PARTS).etag).toBe(etag);
    expect(createDashboardBody({ ...PARTS, json: JSON_TEXT.replace('신규', '기존') }).etag).not.toBe(etag);
  });

  it('must end with its cacheStatus, or it could not be told to be new', () => {
    expect(() => createDashboardBody({ ...PARTS, json: '{"cacheStatus":"HIT","x":1}' })).toThrow(
      'must end with',
    );
  });
});
