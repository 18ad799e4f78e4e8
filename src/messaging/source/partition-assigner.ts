import { AssignerProtocol, type GroupMember, type PartitionAssigner, PartitionAssigners } from 'kafkajs';
import type { Logger } from '../../observability/log';

/**
 * A topic is given to nobody until every member of the group reads it; the others are shared as KafkaJS's own assigner shares them.
 * That assigner takes it that all members subscribe alike: beside a worker of another release it would give some of a topic's
 * partitions to one that does not read them, and what the rest say would be applied beside a worker that knows nothing of it. An
 * erasure, say: the old worker would count the same registration, sent again, once more.
 *
 * It keeps the name of KafkaJS's own, and what members say of themselves: a group has to agree on one assigner, and releases up to
 * 0.6 know no other. One of those that leads the group gives topics that it does not know to nobody, too.
 */
export function createAssigner(log: Logger): PartitionAssigner {
  let waiting: readonly string[] = [];
  return (config) => {
    const own = PartitionAssigners.roundRobin(config);
    return {
      ...own,
      assign({ members, topics }) {
        const subscriptions = members.map(subscriptionOf);
        const isReadByAll = (topic: string): boolean => subscriptions.every((reads) => reads.has(topic));
        const wait = topics.filter((topic) => !isReadByAll(topic)).sort();
        if (wait.join() !== waiting.join()) tell(log, wait);
        waiting = wait;
        return own.assign({ members, topics: topics.filter(isReadByAll) });
      },
    };
  };
}

/** Told by the worker that leads the group, which alone knows what the others read. */
function tell(log: Logger, topics: readonly string[]): void {
  if (topics.length > 0) log.warn({ topics }, 'topics wait until every worker of the group reads them');
  else log.info('every worker of the group reads every topic');
}

function subscriptionOf({ memberMetadata }: GroupMember): ReadonlySet<string> {
  return new Set(AssignerProtocol.MemberMetadata.decode(memberMetadata)?.topics);
}
