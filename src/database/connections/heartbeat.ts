import { Client } from 'pg';
import { z } from 'zod';
import type { ClockReading } from './database-clock';
import { deadlineIn } from '../deadline';
import { session } from './sessions';

/** Asks the database for its time, again and again, on a connection of its own that is made when there is none. */
export interface Heartbeat {
  /** @throws NoAnswer, or whatever the connection failed with; in either case it is given up */
  beat(limitMs: number): Promise<ClockReading>;
  stop(): void;
}

const ASK = 'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now';
const answer = z.tuple([z.object({ now: z.number() })]);

interface Connection {
  readonly client: Client;
  readonly isOpen: Promise<unknown>;
}

export function createHeartbeat(url: string): Heartbeat {
  let connection: Connection | undefined;

  function connect(): Connection {
    const client = new Client(session(url, 'watching'));
    // Told by the question that fails; without a listener it would end the process.
    client.on('error', () => undefined);
    return { client, isOpen: client.connect() };
  }

  async function ask({ client, isOpen }: Connection): Promise<ClockReading> {
    await isOpen;
    const sentAt = performance.now();
    const { rows } = await client.query(ASK);
    const receivedAt = performance.now();
    const [{ now }] = answer.parse(rows);
    return { sentAt, receivedAt, databaseNow: now };
  }

  function giveUp(): void {
    connection?.client.connection.stream.destroy();
    connection = undefined;
  }

  return {
    async beat(limitMs) {
      try {
        connection ??= connect();
        return await deadlineIn(limitMs).within(ask(connection));
      } catch (error) {
        giveUp();
        throw error;
      }
    },
    stop: giveUp,
  };
}
