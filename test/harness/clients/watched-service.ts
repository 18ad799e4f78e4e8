import {
  type AnalyticsClient,
  type ClientOptions,
  createClient,
  type ParticipantCount,
} from 'event-analytics-client';
import { WebSocket } from 'ws';
import { createSettableTime, type SettableTime } from '../live/settable-time';
import { eventCreated, type EventIds, newEvent, participantRegistered } from '../messages';
import { startTestService, type TestService } from '../service';

/** A service whose time is the test's, and clients that watch its counts. */
export interface WatchedService {
  readonly service: TestService;
  readonly time: SettableTime;
  /** As somebody who may read all, unless told otherwise. */
  open(options?: Partial<ClientOptions>): AnalyticsClient;
  createEvent(): Promise<EventIds>;
  register(eventId: string): Promise<unknown>;
  disposeClients(): void;
  stop(): Promise<void>;
}

export const hasCount =
  (count: number) =>
  (value: ParticipantCount): boolean =>
    value.count === count;

export async function startWatchedService(): Promise<WatchedService> {
  const time = createSettableTime();
  const service = await startTestService({ ...time, env: { JWT_CLOCK_TOLERANCE_SECONDS: '0' } });
  const clients: AnalyticsClient[] = [];
  return {
    service,
    time,
    open(options = {}) {
      const all = { url: service.origin, token: service.token(), webSocket: WebSocket, ...options };
      const client = createClient(all);
      clients.push(client);
      return client;
    },
    async createEvent() {
      const ids = newEvent();
      await service.post([{ topic: 'event.created', value: eventCreated(ids) }]);
      return ids;
    },
    register: (eventId) =>
      service.post([{ topic: 'participant.registered', value: participantRegistered(eventId) }]),
    disposeClients() {
      for (const client of clients.splice(0)) client.dispose();
    },
    stop: () => service.stop(),
  };
}
