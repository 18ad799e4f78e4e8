import type { Sql } from '../../database/database';
import {
  eraseLettersAmong,
  type LettersOfPartition,
  type PersonInLetters,
} from '../../database/dead-letters/erased-letters';
import {
  type Erasure,
  findErasures,
  findParticipants,
  keyOfErasures,
  lockOutErasures,
  type ParticipantKey,
} from '../../database/erasures';
import type { Registration, StoredRegistration } from '../../database/participation';
import { UUID_SHAPE } from '../../domain/uuid';
import type { EventId, Instant, ParticipantId, PersonDigest } from '../../domain/values';
import type { RejectedMessage } from '../../messaging/source/source';
import type { Topic } from '../messages/topics';
import { type PersonDigests, requireKeyOf } from './person-digests';

/** What is remembered of people who were erased: which registrations of theirs that takes in. */
export class ErasedPeople {
  private readonly until = new Map<PersonDigest, Map<EventId | null, Instant>>();

  constructor(erasures: readonly Erasure[]) {
    for (const { person, eventId, occurredAt } of erasures) {
      const ofPerson = this.until.get(person) ?? new Map<EventId | null, Instant>();
      this.until.set(person, ofPerson.set(eventId, occurredAt));
    }
  }

  has(person: PersonDigest): boolean {
    return this.until.has(person);
  }

  /** Whether a registration is taken in: what a person registers for later, they want to be known for. */
  takesIn(person: PersonDigest, eventId: EventId, registeredAt: Instant): boolean {
    const ofPerson = this.until.get(person);
    return [ofPerson?.get(eventId), ofPerson?.get(null)].some(
      (until) => until !== undefined && registeredAt <= until,
    );
  }
}

/** What of a batch is to be stored: for each registration that may be new its place, and as what it is stored. */
export interface Storable {
  readonly places: readonly number[];
  readonly registrations: readonly StoredRegistration[];
}

/**
 * Looks for people who have been erased among those who register. What an erasure takes in is stored without identity and
 * traits; who is there already under the other of the two ids does not count again. Keeps erasures out until the transaction ends.
 *
 * @param registrations each participant of an event once
 * @throws PrivacyKeyMismatch where people have been erased who could not be known again
 */
export async function forgetErased(
  sql: Sql,
  digests: PersonDigests | undefined,
  registrations: readonly Registration[],
): Promise<Storable> {
  await lockOutErasures(sql);
  const keyDigest = await keyOfErasures(sql);
  if (keyDigest === undefined) return { places: [...registrations.keys()], registrations };
  const known = requireKeyOf(digests, keyDigest);
  const people = registrations.map(({ participantId }) => known.of(participantId));
  const erased = new ErasedPeople(await findErasures(sql, [...new Set(people)]));
  return withoutStored(
    sql,
    registrations.map((registration, place) => formOf(registration, people[place]!, erased, known)),
  );
}

/** As what a registration is stored, and the id under which the same person may be there already. */
interface Form {
  readonly stored: StoredRegistration;
  /** Undefined for who was never erased: nobody of them is there under another id. */
  readonly otherId?: ParticipantId;
}

function formOf(
  registration: Registration,
  person: PersonDigest,
  erased: ErasedPeople,
  digests: PersonDigests,
): Form {
  if (!erased.has(person)) return { stored: registration };
  const { eventId, participantId, occurredAt } = registration;
  const digest = digests.within(eventId, participantId);
  return erased.takesIn(person, eventId, occurredAt)
    ? { stored: { ...registration, participantId: digest, isErased: true }, otherId: participantId }
    : { stored: registration, otherId: digest };
}

async function withoutStored(sql: Sql, forms: readonly Form[]): Promise<Storable> {
  const others = forms.flatMap(({ stored: { eventId }, otherId: participantId }) =>
    participantId === undefined ? [] : [{ eventId, participantId }],
  );
  const stored = new Set((await findParticipants(sql, others)).map(keyOf));
  const isNew = ({ stored: { eventId }, otherId: participantId }: Form): boolean =>
    participantId === undefined || !stored.has(keyOf({ eventId, participantId }));
  const places = [...forms.keys()].filter((place) => isNew(forms[place]!));
  return { places, registrations: places.map((place) => forms[place]!.stored) };
}

const keyOf = ({ eventId, participantId }: ParticipantKey): string => `${eventId} ${participantId}`;

/** A uuid in either case, wherever it stands. */
const UUID = new RegExp(UUID_SHAPE, 'gi');

/** Letters that have been written in this transaction, and all in them that may hold somebody. */
export interface WrittenLetters {
  readonly letters: LettersOfPartition;
  readonly texts: readonly string[];
  readonly writtenAt: Instant;
}

/**
 * Empties those of the letters that hold somebody who was erased. Keeps erasures out until the transaction ends: one that is under way is
 * waited for and then known, and one that comes later finds the letters. A request to be erased that could not be used stays: it tells
 * whom it is about, which its sender has to be told, until it has come again and is applied.
 *
 * @throws PrivacyKeyMismatch where people have been erased who could not be known again
 */
export async function emptyLettersOfErased(
  sql: Sql,
  digests: PersonDigests | undefined,
  { letters, texts, writtenAt }: WrittenLetters,
): Promise<void> {
  const ids = letters.topic.endsWith(REQUESTS satisfies Topic) ? [] : idsIn(texts);
  if (ids.length === 0) return;
  await lockOutErasures(sql);
  const keyDigest = await keyOfErasures(sql);
  if (keyDigest === undefined) return;
  const known = requireKeyOf(digests, keyDigest);
  const people = new Map(ids.map((id) => [known.of(id), id] as const));
  const erasures = await findErasures(sql, [...people.keys()]);
  const held = erasures.map(({ person, eventId }) => ({ participantId: people.get(person)!, eventId }));
  if (held.length > 0) await eraseLettersAmong(sql, held, writtenAt, letters);
}

/** With whatever prefix. */
const REQUESTS = 'participant.erased';

/** A request to be erased that is applied, and where it stands in its log. */
export interface AppliedRequest extends PersonInLetters {
  readonly offset: bigint;
}

/**
 * Empties requests to be erased that could not be used, where the same batch has one of the same person behind them: it has looked through the
 * letters ahead of the transaction in which these are written.
 */
export async function emptyRequestsBefore(
  sql: Sql,
  applied: readonly AppliedRequest[],
  { letters, writtenAt }: Pick<WrittenLetters, 'letters' | 'writtenAt'>,
): Promise<void> {
  for (const { offset: end, ...person } of applied) {
    const offsets = letters.offsets.filter((offset) => offset < end);
    if (offsets.length > 0) await eraseLettersAmong(sql, [person], writtenAt, { ...letters, offsets });
  }
}

/** All of rejected messages that may hold somebody. */
export const textsOf = (letters: readonly RejectedMessage[]): readonly string[] =>
  letters.flatMap(({ message: { key, value, headers = {} } }) => [
    String(key),
    String(value),
    ...Object.entries(headers).flat().map(String),
  ]);

/** Every uuid may be that of a person. */
function idsIn(texts: readonly string[]): readonly ParticipantId[] {
  const ids = texts.flatMap((text) => text.match(UUID) ?? []);
  return [...new Set(ids.map((id) => id.toLowerCase() as ParticipantId))];
}
