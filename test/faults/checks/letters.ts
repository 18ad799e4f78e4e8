import { Client } from 'pg';
import { z } from 'zod';
import { quietKafka } from '../../harness/servers/kafka';
import type { Entry, Ledger } from '../ledger/ledger';
import type { Deployment } from '../deployment/deployment';
import { type Addressed, bootstrapOf } from '../deployment/servers';
import { type CheckResult, combine } from './check-result';
import { readLog } from './read-log';

/** Where letters are kept, and where they are sent. */
export interface LetterPlaces extends Pick<Deployment, 'databaseUrl' | 'topicPrefix'> {
  readonly servers: Addressed;
}

export interface LetterExpectations {
  /** Letters older than this, in milliseconds since 1970, were lost with their topic: only the database must have them. */
  readonly onTopicSince?: number;
}

/** Checks that every message that can never be applied is in the database once, and once on its dead-letter topic. */
export async function checkLetters(
  deployment: LetterPlaces,
  ledger: Ledger,
  { onTopicSince = 0 }: LetterExpectations = {},
): Promise<CheckResult> {
  const letters = ledger.entries.filter((entry) => entry.mark !== undefined);
  if (letters.length === 0) return combine([]);
  const topics = [...new Set(letters.map(({ topic }) => `${deployment.topicPrefix}${topic}.dlq`))];
  const kafka = quietKafka(bootstrapOf(deployment.servers));
  const [rows, sent] = await Promise.all([storedLetters(deployment.databaseUrl), readLog(kafka, topics)]);
  const onTopic = letters.filter(({ at }) => at >= onTopicSince);
  return combine([
    checkCopies('rows of dead letters', letters, rows, deployment.topicPrefix),
    checkCopies(
      'messages on dead-letter topics',
      onTopic,
      sent.map(({ topic, value, headers }) => ({
        value,
        topic: headers['x-original-topic'] ?? topic,
        partition: Number(headers['x-original-partition']),
        offset: headers['x-original-offset'] ?? '',
      })),
      deployment.topicPrefix,
    ),
  ]);
}

/** A letter in the database or on its topic. */
interface Found {
  readonly value: Buffer | null;
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
}

const rowsOf = z.array(
  z.object({
    topic: z.string(),
    partition: z.number(),
    offset: z.string(),
    value: z.instanceof(Buffer).nullable(),
  }),
);

async function storedLetters(databaseUrl: string): Promise<Found[]> {
  const client = new Client({
    connectionString: databaseUrl,
    connectionTimeoutMillis: 3_000,
    query_timeout: 10_000,
  });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return rowsOf.parse(
      (await client.query('SELECT topic, partition, "offset", value FROM dead_letters')).rows,
    );
  } finally {
    await client.end();
  }
}

function checkCopies(
  place: string,
  letters: readonly Entry[],
  found: readonly Found[],
  prefix = '',
): CheckResult {
  let [lost, doubled] = [0, 0];
  for (const letter of letters) {
    const count = found.filter((each) => isThe(letter, each, prefix)).length;
    if (count === 0 && letter.state === 'in the log') lost += 1;
    if (count > 1) doubled += count - 1;
  }
  return {
    lost,
    doubled,
    problems: [
      ...(lost > 0 ? [`${place}: ${lost} of ${letters.length} are missing`] : []),
      ...(doubled > 0 ? [`${place}: ${doubled} too many`] : []),
    ],
  };
}

/** By its mark, or by its offset when the letter has no value. */
function isThe({ mark, topic, partition, offset }: Entry, found: Found, prefix: string): boolean {
  if (found.value !== null) return mark !== undefined && found.value.includes(mark);
  return (
    found.topic === prefix + topic && found.partition === partition && found.offset === offset?.toString()
  );
}
