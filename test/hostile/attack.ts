import type { Shop, Shops } from './deployment/shops';
import type { AnswerCounts } from './checks/answer-counts';

/** Something that one reader does to the service, or somebody without a token, and what has to hold besides what always has to. */
export interface Attack {
  readonly name: string;
  /** What is done, as the table tells it. */
  readonly what: string;
  /** Whether it is among those that fit into two minutes. */
  readonly isInShort: boolean;
  /** Variables of the gateway beside those that it has anyway; an attack with some has a process of its own. */
  readonly env?: NodeJS.ProcessEnv;
  /** After so long it is given up, and the service has failed; two minutes when left out. */
  readonly limitMs?: number;
  run(scenario: Scenario): Promise<void>;
}

/** What an attack is given. */
export interface Scenario {
  /** Where the gateway answers. */
  readonly origin: string;
  /** Of the owner of the large shop. */
  readonly attacker: string;
  /** Of one of several who own it. */
  readonly accomplice: (number: number) => string;
  /** A token of whoever reads these shops; of an administrator without any. */
  readonly tokenOf: (shops: readonly Shop[], owner: string) => string;
  readonly shops: Shops;
  /** Where an attack that wants a process of its own has it write its log. */
  readonly logFolder: string;
  /** What the attacker was told, for the table. */
  readonly answerCounts: AnswerCounts;
  /** Sends messages as upstream does, one for each value. */
  send(topic: string, values: readonly unknown[]): Promise<void>;
  /** Something that has to hold besides what has to hold in every attack. */
  expect(holds: boolean, problem: string): void;
  /** To be closed when the attack is over and memory has been looked at, or when it is given up. */
  own<Resource extends { close(): unknown }>(resource: Resource): Resource;
  readonly tell: (line: string) => void;
}
