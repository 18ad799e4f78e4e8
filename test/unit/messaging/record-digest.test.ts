import { recordDigest } from '../../../src/messaging/source/record-digest';

const bytes = (text: string): Buffer => Buffer.from(text);

describe('the digest of a record', () => {
  it('is the same for the same bytes', () => {
    expect(recordDigest({ key: bytes('k'), value: bytes('v') })).toBe(
      recordDigest({ key: bytes('k'), value: bytes('v') }),
    );
    expect(recordDigest({ key: null, value: null })).toMatch(/^[0-9a-f]{64}$/);
  });

  it('tells null from empty, key from value, and one cut between them from another', () => {
    const records = [
      { key: null, value: null },
      { key: bytes(''), value: null },
      { key: null, value: bytes('') },
      { key: bytes(''), value: bytes('') },
      { key: bytes('ab'), value: bytes('c') },
      { key: bytes('a'), value: bytes('bc') },
      { key: bytes('abc'), value: null },
      { key: null, value: bytes('abc') },
    ];
    expect(new Set(records.map(recordDigest)).size).toBe(records.length);
  });
});
