import { AssignerProtocol, type GroupMember, type PartitionAssigner, PartitionAssigners } from 'kafkajs';

/**
 * A topic is given to nobody until every member of the group reads it; the others are shared as KafkaJS's own assigner shares them.
 * That assigner takes it that all members subscribe alike: beside a worker of another release it would give some of a topic's
 * partitions to one that does not read them, and what the rest say would be applied beside a worker that knows nothing of it. An
 * erasure, say: the old worker would count the same registration, sent again, once more.
 *
 * It keeps the name of KafkaJS's own, and what members say of themselves: a group has to agree on one assigner, and releases up to
 * 0.6 know no other. One of those that leads the group gives topics that it does not know to nobody, too.
 */
export const assignSubscribed: PartitionAssigner = (config) => {
  const own = PartitionAssigners.roundRobin(config);
  return {
    ...own,
    assign({ members, topics }) {
      const subscriptions = members.map(subscriptionOf);
      const isReadByAll = (topic: string): boolean => subscriptions.every((reads) => reads.has(topic));
      return own.assign({ members, topics: topics.filter(isReadByAll) });
    },
  };
};

function subscriptionOf({ memberMetadata }: GroupMember): ReadonlySet<string> {
  return new Set(AssignerProtocol.MemberMetadata.decode(memberMetadata)?.topics);
}
