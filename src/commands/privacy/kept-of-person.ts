import type { Database, Sql } from '../../database/database';
import { lettersHolding } from '../../database/dead-letters/erased-letters';
import {
  allEvents,
  type Erasure,
  findErasures,
  findParticipantsEverywhere,
  keyOfErasures,
  type Participation,
  type ParticipantKey,
  readParticipations,
} from '../../database/erasures';
import type { Instant, ParticipantId } from '../../domain/values';
import { type PersonDigests, requireKeyOf } from '../../workers/projections/person-digests';
import { wholeJson } from '../dead-letters/describe';

/** All that is kept of a person, as JSON that they can be given. */
export interface KeptOfPerson {
  readonly participantId: ParticipantId;
  /** What they took part in, under their id. */
  readonly participations: readonly object[];
  /** What they took part in and were erased from: with the key alone it can be told that it was they. */
  readonly erasedParticipations: readonly object[];
  /** What they wanted to be forgotten of. */
  readonly erasures: readonly object[];
  /** Messages that could not be used. */
  readonly deadLetters: readonly object[];
}

/** @param digests without them nothing can be told of what was erased */
export async function readKeptOf(
  database: Pick<Database, 'readAtLength'>,
  participantId: ParticipantId,
  digests: PersonDigests | undefined,
): Promise<KeptOfPerson> {
  return database.readAtLength(async (sql) => {
    const keyDigest = await keyOfErasures(sql);
    // By another key nothing would be found, and a wrong answer given.
    if (keyDigest !== undefined && digests !== undefined) requireKeyOf(digests, keyDigest);
    const known: ParticipantKey[] = [];
    for await (const rows of findParticipantsEverywhere(sql, [participantId])) known.push(...rows);
    const erasures = digests === undefined ? [] : await findErasures(sql, [digests.of(participantId)]);
    const erased = digests === undefined ? [] : await readErased(sql, participantId, erasures, digests);
    return {
      participantId,
      participations: (await readParticipations(sql, known)).map(wholeParticipation),
      erasedParticipations: erased.map(({ eventId, registeredAt, channel }) => ({
        ...{ eventId, channel },
        hour: iso(registeredAt),
      })),
      erasures: erasures.map(({ eventId, occurredAt }) => ({ eventId, until: iso(occurredAt) })),
      deadLetters: (await lettersHolding(sql, participantId)).map(wholeJson),
    };
  });
}

/** Who was erased in all events may be in each of them. */
async function readErased(
  sql: Sql,
  participantId: ParticipantId,
  erasures: readonly Erasure[],
  digests: PersonDigests,
): Promise<readonly Participation[]> {
  const keyIn = (eventId: ParticipantKey['eventId']): ParticipantKey => ({
    eventId,
    participantId: digests.within(eventId, participantId),
  });
  if (!erasures.some(({ eventId }) => eventId === null))
    return readParticipations(
      sql,
      erasures.flatMap(({ eventId }) => (eventId === null ? [] : [keyIn(eventId)])),
    );
  const found: Participation[] = [];
  for await (const events of allEvents(sql))
    found.push(...(await readParticipations(sql, events.map(keyIn))));
  return found;
}

function wholeParticipation({ participantId: _, registeredAt, ...rest }: Participation): object {
  return { ...rest, registeredAt: iso(registeredAt) };
}

const iso = (instant: Instant): string => new Date(instant).toISOString();
