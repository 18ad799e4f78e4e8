import type { RedisServer } from '../../../cache/redis-servers';
import { tryEach } from '../../../runtime/try-each';

type Action = (server: RedisServer) => Promise<void>;

/** What is still to be done on masters that are away, or that are not known yet: others may reach them all the while. */
export interface OwedActions {
  /** @param done where it has been done already */
  add(action: Action, done: readonly RedisServer[]): void;
  /**
   * Does what is owed on those that are there.
   *
   * @param isComplete whether they serve all slots: what has been done on each of them is owed no more then
   */
  settle(servers: readonly RedisServer[], isComplete: boolean): void;
}

interface Owed {
  readonly action: Action;
  /** By their prefixes: one that comes back as another is another. */
  readonly done: Set<string>;
  isRunning: boolean;
}

export function createOwedActions(): OwedActions {
  const owed = new Set<Owed>();

  async function perform(each: Owed, servers: readonly RedisServer[], isComplete: boolean): Promise<void> {
    each.isRunning = true;
    await tryEach(
      servers.filter(({ prefix }) => !each.done.has(prefix)),
      async (server) => {
        await each.action(server);
        each.done.add(server.prefix);
      },
    );
    each.isRunning = false;
    if (isComplete && servers.every(({ prefix }) => each.done.has(prefix))) owed.delete(each);
  }

  return {
    add(action, done) {
      // What is asked for anew has to be done everywhere anew.
      for (const each of owed) if (each.action === action) owed.delete(each);
      owed.add({ action, done: new Set(done.map(({ prefix }) => prefix)), isRunning: false });
    },
    settle(servers, isComplete) {
      for (const each of owed) if (!each.isRunning) void perform(each, servers, isComplete);
    },
  };
}
