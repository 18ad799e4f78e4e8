import type { Fields } from '../messages';
import { startRealService } from '../real-service';
import { startTestService, type TestService } from '../service';

/** A service whose subscriptions are tested, in one of its deployments. */
export interface LiveService extends TestService {
  /** Sends messages, which are committed later. */
  tell(topic: string, values: readonly Fields[], key: string): Promise<void>;
}

/** Hundreds of sockets share one token. */
const env = { MAX_CONNECTIONS_PER_TOKEN: '1000' };

/** The in-process form, and the one on real Redis, Kafka and PostgreSQL. */
export const FORMS: readonly (readonly [string, () => Promise<LiveService>])[] = [
  [
    'in one process',
    async () => {
      const service = await startTestService({ env });
      return {
        ...service,
        async tell(topic, values) {
          const { rejected } = await service.post(values.map((value) => ({ topic, value })));
          if (rejected.length > 0) throw new Error(`Refused: ${JSON.stringify(rejected[0])}`);
        },
      };
    },
  ],
  [
    'over Redis',
    async () => {
      const service = await startRealService({ env });
      return { ...service, tell: (topic, values, key) => service.topics.send(topic, values, { key }) };
    },
  ],
];
