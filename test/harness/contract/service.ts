import { createHttpClient, type HttpClient } from '../http';
import { freshDatabase } from '../isolation';
import { type EventIds, eventCreated, newEvent } from '../messages';
import { startTestService, type TestService, type TestServiceOptions } from '../service';
import type { ContractPath } from './openapi';

export type Value = Readonly<Record<string, unknown>>;

/** The whole service on its own PostgreSQL database, and the client that checks its answers against the contract. */
export interface ServiceUnderContract extends TestService {
  readonly http: HttpClient;
  readonly databaseUrl: string;
  /** Sends messages of one topic and waits until readers can see them. @throws when one of them is rejected */
  send(topic: string, ...values: readonly Value[]): Promise<void>;
  /** Creates an event of a new store. */
  event(fields?: Value): Promise<EventIds>;
}

/** Messages arrive over HTTP, and there is no Redis, unless `env` says otherwise. */
export async function startUnderContract(options: TestServiceOptions = {}): Promise<ServiceUnderContract> {
  const database = await freshDatabase();
  const service = await startTestService({
    ...options,
    env: { DATABASE_URL: database.url, BUSINESS_TIME_ZONE: 'UTC', ...options.env },
  });

  async function send(topic: string, ...values: readonly Value[]): Promise<void> {
    const { rejected } = await service.post(values.map((value) => ({ topic, value })));
    if (rejected.length > 0) throw new Error(`Rejected: ${JSON.stringify(rejected)}`);
  }

  return {
    ...service,
    http: createHttpClient(service.origin),
    databaseUrl: database.url,
    send,
    async event(fields = {}) {
      const ids = newEvent();
      await send('event.created', eventCreated(ids, fields));
      return ids;
    },
    async stop() {
      await service.stop();
      await database.drop();
    },
  };
}

/** The path of an event's resource. @param eventId sent as it is */
export const pathTo = (resource: ContractPath, eventId: string, base = '/api'): string =>
  base + resource.replace('{eventId}', eventId);

export const analyticsPath = (eventId: string, base?: string): string =>
  pathTo('/events/{eventId}/analytics', eventId, base);
