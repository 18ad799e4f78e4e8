import { recordDeadLetters } from '../../../src/database/dead-letters/rejected';
import { DeadLettersDocument, ReplayDeadLetterDocument } from '../../../src/generated/test-operations';
import type { SourceMessage } from '../../../src/messaging/source/source';
import { eventCreated, type EventIds, newEvent } from '../messages';
import type { TestService } from '../service';
import { ask } from './client';

/** The topic of a letter's message where none is given. */
export const LETTER_TOPIC = 'participant.registered';

/** What an admin of a service does, and what there is for them to see. */
export interface Admin {
  token(): string;
  /** Writes a letter as a worker does. @returns its number */
  record(content: Partial<SourceMessage>, reason?: string, topic?: string): Promise<string>;
  replay(id: string): ReturnType<typeof replayAs>;
  metrics(): Promise<string>;
}

export function adminOf(service: TestService): Admin {
  let offset = 0n;
  return {
    token: () => service.token(),
    async record(content, reason = 'age: must be a whole number', topic = LETTER_TOPIC) {
      const message = { offset: (offset += 1n), key: null, value: null, ...content };
      const position = { topic, partition: 3 };
      await recordDeadLetters(service.database, position, [{ message, reason }], service.clock.now());
      const newest = { first: 1, before: null, topic };
      const { data } = await ask(service.origin, service.token(), DeadLettersDocument, newest);
      return data!.service.deadLetters.letters[0]!.id;
    },
    replay: (id) => replayAs(service, id),
    metrics: async () => (await fetch(`${service.origin}/metrics`)).text(),
  };
}

const replayAs = (service: TestService, id: string) =>
  ask(service.origin, service.token(), ReplayDeadLetterDocument, { id });

/** The value of a metric on its page, by its name with its labels. */
export const metricOn = (page: string, name: string): number =>
  Number(
    page
      .split('\n')
      .find((line) => line.startsWith(`${name} `))
      ?.slice(name.length + 1),
  );

export async function definedEvent(service: TestService): Promise<EventIds> {
  const event = newEvent();
  await service.post([{ topic: 'event.created', value: eventCreated(event) }]);
  return event;
}

export const jsonBytes = (value: object): Buffer => Buffer.from(JSON.stringify(value));
