import type { Shop, Shops } from './deployment/shops';
import type { AnswerCounts } from './checks/answer-counts';

/** What one client, with or without a token, does to the service, and what it expects besides the checks of every attack. */
export interface Attack {
  readonly name: string;
  /** What is done, for the table. */
  readonly what: string;
  /** Whether it belongs to the selection that fits into two minutes. */
  readonly isInShort: boolean;
  /** Variables added to the gateway's default ones; the attack then gets a gateway of its own. */
  readonly env?: NodeJS.ProcessEnv;
  /** A longer attack is aborted and counts as failed; two minutes when left out. */
  readonly limitMs?: number;
  run(scenario: Scenario): Promise<void>;
}

/** What an attack runs with. */
export interface Scenario {
  /** The gateway's address. */
  readonly origin: string;
  /** A token of the owner of the large shop. */
  readonly attacker: string;
  /** A token of another of its owners. */
  readonly accomplice: (number: number) => string;
  /** A token that may read these shops; an administrator's when there are none. */
  readonly tokenOf: (shops: readonly Shop[], owner: string) => string;
  readonly shops: Shops;
  /** For the logs of processes that an attack starts. */
  readonly logFolder: string;
  /** The answers that the attacker got, for the table. */
  readonly answerCounts: AnswerCounts;
  /** Sends messages as upstream does, one for each value. */
  send(topic: string, values: readonly unknown[]): Promise<void>;
  /** Adds a problem unless the condition holds. */
  expect(holds: boolean, problem: string): void;
  /** Closes the resource after the attack, once memory has been measured. */
  own<Resource extends { close(): unknown }>(resource: Resource): Resource;
  readonly tell: (line: string) => void;
}
