import { type KnownDefinition, loadKnownDefinitions, saveDefinitions } from '../../database/events';
import { enrolForPolling } from '../../database/polls';
import { placeStoreEvents } from '../../database/store-events';
import { absentDefinitions, definitionRollups } from '../../database/verification/event-definitions';
import type { EventId } from '../../domain/values';
import type { EventCreated } from '../messages/event-created';
import type { EventProjection, Move } from './projection';
import { createTrace, isoOf, type Verifiable } from './verifiable';

/** What an event is defined as: the message with the latest occurredAt, the first applied on a tie. */
export const eventProjection: EventProjection<EventCreated> & Verifiable<EventCreated> = {
  locks: 'events',
  eventOf: ({ eventId }) => eventId,
  async apply(sql, messages, committedAt) {
    const ids = new Set(messages.map((message) => message.eventId));
    const stored = await loadKnownDefinitions(sql, ids);
    const known = new Map(stored.map((definition) => [definition.eventId, definition]));
    const { changed, latest } = fold(messages, known);
    const moves = movesOf(latest, known);
    const moved = new Set(moves.map(({ eventId }) => eventId));
    const definitions = [...latest.values()].map((message) => ({
      ...message,
      definedAt: message.occurredAt,
      movedAt: moved.has(message.eventId) ? committedAt : null,
    }));
    await saveDefinitions(sql, definitions);
    await placeStoreEvents(
      sql,
      definitions,
      stored.filter(({ eventId }) => latest.has(eventId)),
    );
    await enrolForPolling(sql, new Set(latest.keys()));
    return { changed, moves };
  },
  trace: createTrace({
    leftBy: ({ eventId, occurredAt }) => [{ eventId, definedAt: occurredAt }],
    findAbsent: absentDefinitions,
    describe: ({ eventId, definedAt }) => `no definition of event ${eventId} as late as ${isoOf(definedAt)}`,
  }),
  rollups: definitionRollups,
};

/** Goes through the messages as if they came one by one; what is left at the end is what has to be written. */
function fold(messages: readonly EventCreated[], known: ReadonlyMap<EventId, KnownDefinition>) {
  const latest = new Map<EventId, EventCreated>();
  const changed = messages.map((message) => {
    const current = latest.get(message.eventId)?.occurredAt ?? known.get(message.eventId)?.definedAt;
    if (current !== undefined && message.occurredAt <= current) return false;
    latest.set(message.eventId, message);
    return true;
  });
  return { changed, latest };
}

/** The events that go from one store to another. */
function movesOf(
  latest: ReadonlyMap<EventId, EventCreated>,
  known: ReadonlyMap<EventId, KnownDefinition>,
): readonly Move[] {
  return [...latest.values()].flatMap(({ eventId, storeId }) => {
    const from = known.get(eventId)?.storeId;
    return from === undefined || from === storeId ? [] : [{ eventId, from }];
  });
}
