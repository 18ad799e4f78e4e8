import { createHash } from 'node:crypto';

/** What INFO says, as far as it is about who the server is. */
export interface ServerInfo {
  readonly role: string | undefined;
  /** Changes with each start. */
  readonly runId: string | undefined;
  /** Changes whenever a replica becomes a master. */
  readonly replicationId: string | undefined;
}

/** Enough of the digest's to distinguish servers; each key carries them. */
const CHARACTERS = 16;

export function toServerInfo(info: string): ServerInfo {
  const field = (name: string): string | undefined => new RegExp(`^${name}:(\\w+)`, 'm').exec(info)?.[1];
  return { role: field('role'), runId: field('run_id'), replicationId: field('master_replid') };
}

/** A short name of the server in this of its lives. */
export function digestOf(runId: string, replicationId = '', ...more: readonly string[]): string {
  return createHash('sha256')
    .update([runId + replicationId, ...more].join(':'))
    .digest('hex')
    .slice(0, CHARACTERS);
}
