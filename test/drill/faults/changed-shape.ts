import { inSnakeCase } from '../../harness/messages/shaped';
import { runCommand } from '../../harness/command';
import { COMMANDS, WORKERS } from '../deployment/configuration';
import { readEnvFile } from '../deployment/env-file';
import { envFileOf } from '../deployment/processes';
import type { DrillFault } from '../drill-fault';
import { isRaised } from '../watch/alerts';

const SHAPES = JSON.stringify({ 'participant.registered': { fieldNames: 'snake_case' } });

/** A sender has a new version, which names its fields otherwise. */
export const changedShape: DrillFault = {
  was:
    'A sender of registrations had begun to write snake_case: MessagesRejected, KAFKA_MESSAGE_SHAPES for both workers and for commands, ' +
    'and a replay of the dead letters.',
  lingering: ['MessagesRejected'],
  set({ messages, shops, configure, restart, folder }) {
    const [store] = shops.stores;
    const changed = new Set(
      shops.events.flatMap(({ eventId, storeId }) => (storeId === store ? [eventId] : [])),
    );
    messages.writtenAs(({ value, valid }) =>
      valid?.topic === 'participant.registered' && changed.has(valid.value.eventId)
        ? Buffer.from(inSnakeCase(value.toString()))
        : value,
    );
    return Promise.resolve(async () => {
      configure([...WORKERS, COMMANDS], 'KAFKA_MESSAGE_SHAPES', SHAPES);
      await restart(...WORKERS);
      const { code, stderr } = await runCommand(
        'dead-letters',
        ['replay', '--all'],
        readEnvFile(envFileOf(folder, COMMANDS)),
      );
      if (code !== 0) throw new Error(`The dead letters could not be replayed: ${stderr}`);
    });
  },
  shows: ({ prometheus }) => isRaised(prometheus, 'MessagesRejected', 'firing'),
};
