import { erasedIdOf, type RawErasure } from '../messages/participant-erased';
import type { RawParticipant } from '../messages/participant-registered';
import type { RawMessage } from '../messages/topic-fixtures';
import { firstOfEach, readParticipant } from './known';
import { HOUR, instantOf } from './moments';

/** A row of somebody who took part: event, id, registered at, channel, age, gender, region, new customer, and whether erased. */
export type PersonRow = readonly [
  eventId: string,
  participantId: string,
  at: number,
  channel: string,
  age: number | null,
  gender: string | null,
  region: string | null,
  newCustomer: boolean | null,
  erased: boolean,
];

/**
 * What must be kept of everybody who took part, in any order: of each the registration that arrived first, and nothing of who they are
 * where any erasure takes it in, whichever of the two arrived first.
 */
export function keptPeople(messages: readonly RawMessage[]): PersonRow[] {
  const erasures = erasuresIn(messages);
  const registrations = messages
    .filter((message) => message.topic === 'participant.registered')
    .map((message) => message.value);
  const keyOf = (raw: RawParticipant): string => `${raw.eventId} ${raw.participantId}`.toLowerCase();
  return firstOfEach(registrations, keyOf).map((raw) =>
    erasures.some((erasure) => takesIn(erasure, raw)) ? erasedRow(raw) : wholeRow(raw),
  );
}

/** What has arrived: a message, or what is none. */
export interface ArrivedBytes {
  readonly topic: string;
  readonly bytes: Buffer | null;
  readonly valid: RawMessage | undefined;
}

/**
 * What must be left of rejected messages: nothing of those that hold somebody who was erased, and their event where it was in one. A request
 * to be erased stays until one that comes behind it holds its person.
 */
export function keptLetters(stream: readonly ArrivedBytes[]): (Buffer | null)[] {
  return stream.flatMap(({ topic, bytes, valid }, place) => {
    if (valid !== undefined) return [];
    const text = bytes?.toString('latin1').toLowerCase() ?? '';
    const reaching = stream.slice(topic === 'participant.erased' ? place : 0);
    const isErased = erasuresIn(reaching.flatMap((arrival) => arrival.valid ?? [])).some(
      ({ participantId, eventId }) =>
        text.includes(participantId.toLowerCase()) && text.includes((eventId ?? '').toLowerCase()),
    );
    return [isErased ? null : bytes];
  });
}

function erasuresIn(messages: readonly RawMessage[]): RawErasure[] {
  return messages.filter((message) => message.topic === 'participant.erased').map((message) => message.value);
}

function takesIn(erasure: RawErasure, raw: RawParticipant): boolean {
  const isSame = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();
  return (
    isSame(erasure.participantId, raw.participantId) &&
    (erasure.eventId == null || isSame(erasure.eventId, raw.eventId)) &&
    instantOf(raw.occurredAt) <= instantOf(erasure.occurredAt)
  );
}

function wholeRow(raw: RawParticipant): PersonRow {
  const { registeredAt, channel, age, gender, region, isNewCustomer } = readParticipant(raw);
  const ids = [raw.eventId.toLowerCase(), raw.participantId.toLowerCase()] as const;
  return [...ids, registeredAt, channel, age, gender, region === '' ? null : region, isNewCustomer, false];
}

function erasedRow(raw: RawParticipant): PersonRow {
  const { registeredAt, channel } = readParticipant(raw);
  const ids = [raw.eventId.toLowerCase(), erasedIdOf(raw.eventId, raw.participantId)] as const;
  return [...ids, registeredAt - (registeredAt % HOUR), channel, null, null, null, null, true];
}
