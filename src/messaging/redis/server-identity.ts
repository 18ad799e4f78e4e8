import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { createFaultLog } from '../../observability/fault-log';
import type { Logger } from '../../observability/log';
import { digestOf, type ServerInfo, toServerInfo } from './server-info';

/** Which server a connection leads to, and which of its lives. */
export interface ServerIdentity {
  /**
   * Differs between two servers, between two starts of one, and between two times in which one was the master: what is
   * kept under it is never read again where other processes may have published changes since.
   *
   * A server that was passed over for a while and has not noticed (a fail-over that was taken back) has the identity that it
   * had: see Arrival.
   *
   * @throws Error while it is not known: there is no connection, it is so new that the server has not said it yet, or
   *   the server is no master
   */
  current(): string;
  /** Resolves when the server that is connected now has been asked, or is connected no more. Never rejects. */
  asked(): Promise<void>;
  /** Looks whether the server is still who it was, and ends the connection when it is not. */
  verify(): Promise<void>;
}

/**
 * What is done when a connection leads to another server than the one before. Changes may have passed it by in between,
 * also where its identity is one that it has had before.
 */
export interface Arrival {
  /** Ahead of `current` telling the identity: ends what the server would serve from earlier. Tried again until it succeeds. */
  prepare(identity: string): Promise<void>;
  /** Once the server can be used. */
  arrived(): void;
}

const RETRY_AFTER_MS = 500;
/** Of a server that does not say who it is. */
const UNKNOWN = 'unknown';

/**
 * Asks at the beginning of each connection, and forgets at its end. A command that takes the identity for its keys and
 * is sent at once is sure to reach the server that has this identity, provided that nothing is
 * queued while there is no connection, and nothing sent again after one was lost (`enableOfflineQueue: false`,
 * `maxRetriesPerRequest: 0`).
 */
export function watchIdentity(
  redis: Redis,
  log: Logger,
  arrival: Arrival = { prepare: () => Promise.resolve(), arrived: () => undefined },
): ServerIdentity {
  /** Where this process was last, for as long as it lives. */
  let last: string | undefined;
  let known: { readonly identity: string; readonly replicationId: string | undefined } | undefined;
  let connection = 0;
  let asking: Promise<void> = Promise.resolve();
  const silence = createFaultLog(log, {
    begins: 'Redis does not say which server it is (INFO): back from an older dump, it may serve old answers',
    ends: 'Redis says again which server it is',
  });
  const unprepared = createFaultLog(log, {
    begins: 'another Redis is not used yet: what it has from earlier cannot be removed (SCAN, UNLINK)',
    ends: 'another Redis is used: what it had from earlier is removed',
  });
  const demotion = createFaultLog(log, {
    begins: 'Redis is no master; connecting anew until it is',
    ends: 'Redis is a master again',
  });

  async function learn(): Promise<void> {
    const mine = connection;
    for (;;) {
      const said = await ask('everything');
      // Another connection may have been made since, which asks for itself.
      if (mine !== connection || (await takes(said, mine))) return;
      await sleep(RETRY_AFTER_MS, undefined, { ref: false });
      if (mine !== connection) return;
      if (said?.role === 'slave') return leave();
    }
  }

  /** @returns whether nothing is left to be asked on this connection */
  async function takes(said: ServerInfo | undefined, mine: number): Promise<boolean> {
    if (said === undefined || said.role === 'slave') return false;
    const { runId, replicationId } = said;
    if (runId === undefined) silence.failed(new Error('INFO names no run_id.'));
    else silence.worked();
    demotion.worked();
    const identity = runId === undefined ? UNKNOWN : digestOf(runId, replicationId);
    const isOther = last !== undefined && last !== identity;
    if (isOther && !(await isPrepared(identity))) return false;
    if (mine !== connection) return true;
    last = identity;
    known = { identity, replicationId };
    if (isOther) arrival.arrived();
    return true;
  }

  const isPrepared = (identity: string): Promise<boolean> =>
    arrival.prepare(identity).then(
      () => {
        unprepared.worked();
        return true;
      },
      (error: unknown) => {
        unprepared.failed(error);
        return false;
      },
    );

  /** Where the address leads now is another server, or this one once it is a master again. */
  function leave(): void {
    demotion.failed(new Error('The server is a replica, or was one in between.'));
    redis.stream.destroy();
  }

  /** @returns nothing when there is no answer, which passes; a server that refuses to say has said nothing of itself */
  async function ask(what: 'everything' | 'replication'): Promise<ServerInfo | undefined> {
    try {
      return toServerInfo(what === 'everything' ? await redis.info() : await redis.info(what));
    } catch (error) {
      return isRefusal(error) ? toServerInfo('') : undefined;
    }
  }

  const begin = (): void => void (asking = learn());
  redis.on('ready', begin);
  redis.on('close', () => {
    connection += 1;
    known = undefined;
  });
  if (redis.status === 'ready') begin();

  return {
    current() {
      if (known === undefined) throw new Error('Redis has not said yet which server it is.');
      return known.identity;
    },
    asked: () => asking,
    async verify() {
      const mine = connection;
      const said = await ask('replication');
      if (said === undefined || mine !== connection || known === undefined) return;
      const isAnother = said.replicationId !== undefined && said.replicationId !== known.replicationId;
      if (said.role === 'slave' || isAnother) leave();
    },
  };
}

/** The server has answered, and does not want to say it; anything else passes. */
function isRefusal(error: unknown): error is Error {
  return error instanceof Error && error.name === 'ReplyError';
}
