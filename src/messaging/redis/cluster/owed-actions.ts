import type { RedisServer } from '../../../cache/redis-servers';
import { createFaultLog } from '../../../observability/fault-log';
import type { Logger } from '../../../observability/log';

type Action = (server: RedisServer) => Promise<void>;

/** What is still to be done on servers that are away: others may reach them all the while. */
export interface OwedActions {
  add(servers: readonly RedisServer[], action: Action): void;
  /** Does what is owed to those that are there. */
  settle(servers: readonly RedisServer[]): void;
}

/** By who the servers are: one that comes back as another has nothing that anybody would still read. */
export function createOwedActions(log: Logger): OwedActions {
  const owed = new Map<string, Set<Action>>();
  const fault = createFaultLog(log, {
    begins: 'a node of the Redis cluster is away; what may be old there is ended when it is back',
    ends: 'what may be old at a node of the Redis cluster is ended',
  });

  async function perform(server: RedisServer, action: Action): Promise<void> {
    try {
      await action(server);
      fault.worked();
    } catch (error) {
      fault.failed(error);
      add(server, action);
    }
  }

  function add({ prefix }: RedisServer, action: Action): void {
    const actions = owed.get(prefix);
    if (actions === undefined) owed.set(prefix, new Set([action]));
    else actions.add(action);
  }

  return {
    add(servers, action) {
      for (const server of servers) add(server, action);
    },
    settle(servers) {
      for (const server of servers) {
        const actions = owed.get(server.prefix);
        owed.delete(server.prefix);
        for (const action of actions ?? []) void perform(server, action);
      }
    },
  };
}
