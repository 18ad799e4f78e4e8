import { createHmac, type KeyObject } from 'node:crypto';
import type { EventId, ParticipantId, PersonDigest, Uuid } from '../../domain/values';

/**
 * What is kept in place of a participant's id once a person has been erased: digests under PRIVACY_KEY. With the key a
 * registration that comes again is known again; without it nobody finds out whose a digest is, nor tries ids until one fits.
 */
export interface PersonDigests {
  /** The person in all events: what an erasure is remembered by. */
  of(participantId: ParticipantId): PersonDigest;
  /** The person within one event, where it is in the place of the id: rows of different events have nothing in common. */
  within(eventId: EventId, participantId: ParticipantId): ParticipantId;
  /** Tells keys apart, and says nothing of them. */
  readonly keyDigest: string;
}

export function createPersonDigests(key: KeyObject): PersonDigests {
  // What a digest is for stands ahead of what it is of, so that none is ever taken for one of the others.
  const digest = (text: string): Buffer => createHmac('sha256', key).update(text).digest();
  return {
    of: (participantId) => toUuid(digest(`person ${participantId}`)) as PersonDigest,
    within: (eventId, participantId) =>
      toUuid(digest(`participant ${eventId} ${participantId}`)) as ParticipantId,
    keyDigest: digest('key').toString('hex', 0, KEY_DIGEST_BYTES),
  };
}

/** Those of the configured key; undefined without one: nobody can be erased. */
export const digestsOf = ({ privacyKey }: { readonly privacyKey: KeyObject | undefined }) =>
  privacyKey && createPersonDigests(privacyKey);

/** Enough to tell the keys apart that one database ever sees. */
const KEY_DIGEST_BYTES = 8;

/** The first 122 bits in the layout of a uuid of version 8, which is for what its maker defines (RFC 9562, 5.8). */
function toUuid(bytes: Buffer): Uuid {
  const own = Buffer.from(bytes.subarray(0, 16));
  own[6] = (own[6]! & 0x0f) | 0x80;
  own[8] = (own[8]! & 0x3f) | 0x80;
  return own.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-') as Uuid;
}

/** Nobody can be forgotten, nor anybody known again who was, without the key by which digests are made. */
export class PrivacyKeyMismatch extends Error {
  override readonly name = 'PrivacyKeyMismatch';
}

/** @throws PrivacyKeyMismatch, saying what to do */
export function requireDigests(digests: PersonDigests | undefined): PersonDigests {
  if (digests === undefined) throw new PrivacyKeyMismatch(NO_KEY);
  return digests;
}

/**
 * @param keyDigest that of the key by which people have been erased
 * @throws PrivacyKeyMismatch without a key, or where it is another: nobody who was erased would be known again, and each would count
 *   twice
 */
export function requireKeyOf(digests: PersonDigests | undefined, keyDigest: string): PersonDigests {
  const known = requireDigests(digests);
  if (known.keyDigest !== keyDigest) throw new PrivacyKeyMismatch(ANOTHER_KEY);
  return known;
}

const NO_KEY =
  'PRIVACY_KEY is not set, so nobody can be forgotten, nor known again who was: set it, for every worker the same (docs/privacy.md).';

const ANOTHER_KEY =
  'PRIVACY_KEY is another than the one by which people were erased in this database: set that one (docs/privacy.md).';
