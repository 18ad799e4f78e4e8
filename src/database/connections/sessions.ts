import type { ClientConfig } from 'pg';
import type { Distribution } from '../distribution/distribute';

/** What a session is opened for, which decides how long it may take over anything. */
export type Purpose = 'reading' | 'working' | 'watching' | 'taking its time';

/** Limits of one kind of session, in milliseconds. */
interface SessionLimits {
  readonly connectMs: number;
  /** For one statement, by the server; 0 for none. */
  readonly statementMs: number;
  /** For one lock. */
  readonly lockMs?: number;
  /**
   * How long a transaction may stay open with nothing to do. The server ends it by itself, so that a process which is
   * frozen, or whose host has vanished, does not keep its locks.
   */
  readonly idleInTransactionMs?: number;
  /** Longer than a statement may take without a byte from the server: the connection is half open. */
  readonly silenceMs: number;
}

export const LIMITS: Readonly<Record<Purpose, SessionLimits>> = {
  reading: { connectMs: 2_000, statementMs: 2_500, idleInTransactionMs: 5_000, silenceMs: 2_750 },
  working: {
    connectMs: 5_000,
    statementMs: 8_000,
    lockMs: 3_000,
    idleInTransactionMs: 5_000,
    silenceMs: 8_500,
  },
  watching: { connectMs: 1_500, statementMs: 1_500, silenceMs: 1_500 },
  'taking its time': { connectMs: 5_000, statementMs: 0, silenceMs: Infinity },
};

/**
 * What every session says when it begins. Instants shift by the server's time zone otherwise. The server gives up a
 * client that does not acknowledge what it is sent within seconds, rather than the two hours of its system.
 */
const OPTIONS = [
  'timezone=UTC',
  'tcp_keepalives_idle=5',
  'tcp_keepalives_interval=2',
  'tcp_keepalives_count=3',
  'tcp_user_timeout=10000',
  // To compile a statement takes longer than any of these does: one that looks through letters 2.4 s in place of 0.9.
  'jit=off',
];

/**
 * What is read is read by keys, whatever the values and however much there is: a statement is planned once for each
 * connection and name. Planned anew for the values of every execution, as the server would by itself, the facts of one
 * section take 0.65 ms instead of 0.23. Without scans of whole tables a plan that was made while they were empty serves
 * when they are full.
 */
const READING_OPTIONS = ['plan_cache_mode=force_generic_plan', 'enable_seqscan=off'];

/**
 * Citus finds the shards of a statement by its values, which a plan for any values does not have. Shards have one copy each:
 * their changes need not be kept in one order over several, for which Citus would lock a whole shard for each batch. One
 * shard after the other is changed, so that two batches over the same ones meet in the same order.
 */
const CITUS_OPTIONS = [
  'plan_cache_mode=force_custom_plan',
  'citus.all_modifications_commutative=on',
  'citus.multi_shard_modify_mode=sequential',
  'citus.propagate_set_commands=local',
];

/** The nodes of a Citus know of a session's limits what its transaction tells them, and wait without end otherwise. */
export const LIMIT_OF_LOCKS = `SET LOCAL lock_timeout = ${LIMITS.working.lockMs}`;

/** How to connect for a purpose. Holds a secret: not to be logged. */
export function session(url: string, purpose: Purpose, distribution?: Distribution): ClientConfig {
  const { connectMs, statementMs, lockMs, idleInTransactionMs } = LIMITS[purpose];
  return {
    connectionString: url,
    options: [
      ...OPTIONS,
      ...(purpose === 'reading' ? READING_OPTIONS : []),
      ...(distribution === 'citus' ? CITUS_OPTIONS : []),
    ]
      .map((option) => `-c ${option}`)
      .join(' '),
    connectionTimeoutMillis: connectMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    statement_timeout: statementMs,
    lock_timeout: lockMs,
    idle_in_transaction_session_timeout: idleInTransactionMs,
    application_name: 'event-analytics',
  };
}
