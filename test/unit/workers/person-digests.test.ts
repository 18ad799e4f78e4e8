import { createSecretKey, randomUUID } from 'node:crypto';
import type { EventId, ParticipantId } from '../../../src/domain/values';
import { parseUuid } from '../../../src/domain/uuid';
import {
  createPersonDigests,
  PrivacyKeyMismatch,
  requireDigests,
  requireKeyOf,
} from '../../../src/workers/projections/person-digests';

const digestsBy = (key: string) => createPersonDigests(createSecretKey(key, 'utf8'));
const digests = digestsBy('one key of thirty-two bytes or more');
const others = digestsBy('another key of thirty-two bytes or more');
const person = randomUUID() as ParticipantId;
const [one, other] = [randomUUID() as EventId, randomUUID() as EventId];

describe('what stands for a person', () => {
  const all = [digests.of(person), digests.within(one, person), digests.within(other, person)];

  it('is a uuid of version 8, which no sender is likely to give somebody', () => {
    for (const digest of all) {
      expect(parseUuid(digest)).toBe(digest);
      expect(digest).toMatch(/^.{14}8.{4}[89ab]/);
    }
  });

  it('is the same for the same person, event and key, and another for any other', () => {
    expect([digests.of(person), digests.within(one, person), digests.within(other, person)]).toEqual(all);
    const of = (each: typeof digests, id: ParticipantId) => [each.of(id), each.within(one, id)];
    const found = [...all, ...of(digests, randomUUID() as ParticipantId), ...of(others, person)];
    expect(new Set(found).size).toBe(found.length);
  });

  it('does not hold what it is of', () => {
    const parts = [...person.split('-'), ...one.split('-')].filter((part) => part.length > 4);
    expect(parts.filter((part) => all.some((digest) => digest.includes(part)))).toEqual([]);
  });
});

describe('the key', () => {
  it('is told apart from another, and is not told', () => {
    expect(digests.keyDigest).not.toBe(others.keyDigest);
    expect(() => requireKeyOf(digests, digests.keyDigest)).not.toThrow();
    expect(() => requireKeyOf(digests, others.keyDigest)).toThrow(PrivacyKeyMismatch);
    expect(digests.keyDigest).toMatch(/^[\da-f]{16}$/);
  });

  it('has to be there: the error says what to do', () => {
    expect(requireDigests(digests)).toBe(digests);
    expect(() => requireDigests(undefined)).toThrow(/PRIVACY_KEY is not set/);
  });
});
