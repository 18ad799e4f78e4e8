import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type { EventId, ParticipantId } from '../../../src/domain/values';
import { TEST_DIGESTS } from '../digests';
import { HOUR, written } from '../oracle/moments';
import * as values from '../streams/values';
import { missing } from './broken-rules';
import { NO_UUID } from './invalid-values';
import { EVENT_ID, MESSAGE_ID, PARTICIPANT_ID } from './sample-ids';
import type { Envelope, Fields, TopicFixture } from './topic-fixture';
import { oneOf } from './traffic';

export interface RawErasure extends Envelope {
  readonly participantId: string;
  readonly eventId?: string | null;
}

/** Of somebody whom nobody knows, in all events. */
export function participantErased(fields: Fields = {}): Fields {
  return {
    messageId: randomUUID(),
    occurredAt: new Date(Date.now() - 60_000).toISOString(),
    participantId: randomUUID(),
    ...fields,
  };
}

/** What stands in the place of a participant's id in the row of an event, once they are erased. */
export const erasedIdOf = (eventId: string, participantId: string): string =>
  TEST_DIGESTS.within(eventId.toLowerCase() as EventId, participantId.toLowerCase() as ParticipantId);

export const participantErasedFixture: TopicFixture<'participant.erased', RawErasure> = {
  sample: {
    messageId: MESSAGE_ID,
    occurredAt: '2025-10-21T09:00:00Z',
    participantId: PARTICIPANT_ID,
    eventId: EVENT_ID,
  },
  optional: ['eventId'],
  invalid: {
    participantId: NO_UUID,
    eventId: NO_UUID.filter((value) => value !== null),
  },
  brokenRules: [
    ...missing('participantId'),
    [['participantId'], 'without hyphens', '770e8400e29b41d4a716446655440002'],
    [['eventId'], 'as a number', 7],
    [['eventId'], 'empty', ''],
  ],
  create: ({ eventId }) => participantErased({ eventId }),
  // It changes no rollup: what erased people are counted as is tested by itself.
  scenario: () => [],
  meddlings: () => [],
  traces({ eventId }) {
    const occurredAt = '2025-10-21T09:00:00.000Z';
    const [inOne, inAll] = [
      participantErased({ eventId, occurredAt }),
      participantErased({ eventId: null, occurredAt }),
    ];
    const forgotten = ({ participantId }: Fields) => [
      `UPDATE erasures SET occurred_at = occurred_at - interval '1 ms'
       WHERE person = '${TEST_DIGESTS.of(String(participantId) as ParticipantId)}'`,
    ];
    return {
      messages: [inOne, inAll],
      losses: [
        {
          what: 'an erasure in one event',
          statements: forgotten(inOne),
          of: inOne,
          named: `no erasure in event ${eventId} as late as ${occurredAt}`,
        },
        {
          what: 'an erasure in all events',
          statements: forgotten(inAll),
          of: inAll,
          named: `no erasure in all events as late as ${occurredAt}`,
        },
      ],
    };
  },
  traffic: {
    weight: 2,
    next({ random, events }) {
      const value = {
        messageId: random.uuid(),
        occurredAt: written(Date.now() - HOUR),
        participantId: random.uuid(),
        eventId: oneOf(random, events).eventId,
      };
      return { topic: 'participant.erased', value };
    },
  },
  weight: 2,
  random: (shops) =>
    fc
      .record({
        messageId: values.messageId,
        occurredAt: values.observedAt,
        participantId: values.participantId,
        eventId: fc.oneof(values.eventId(shops), fc.constantFrom(null, undefined)),
      })
      .map(({ eventId, ...fields }) => ({
        topic: 'participant.erased',
        value: { ...fields, ...(eventId !== undefined && { eventId }) },
      })),
  // Whichever comes first, the latest counts.
  competesFor: () => [],
};
