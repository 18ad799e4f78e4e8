import {
  type Assigner,
  AssignerProtocol,
  type GroupMember,
  type GroupMemberAssignment,
  type PartitionAssigner,
  PartitionAssigners,
} from 'kafkajs';

/**
 * Each partition goes to the member with the fewest of those that read its topic. KafkaJS's own assigner, by which the member
 * that leads the group shares the work out, takes it that all members read the same topics: beside a worker of another release a
 * topic that this one alone reads had partitions that nobody read, until the other had gone.
 *
 * It keeps the name of KafkaJS's own, and what members say of themselves: a group has to agree on one assigner, and releases up to
 * 0.6 know no other. While a worker of such a release leads, the topics that it does not know are given to nobody.
 */
export const assignSubscribed: PartitionAssigner = (config) => {
  const own = PartitionAssigners.roundRobin(config);
  return {
    ...own,
    assign({ members, topics }) {
      const shares = members.map(shareOf).sort((one, other) => (one.memberId < other.memberId ? -1 : 1));
      for (const topic of topics)
        for (const { partitionId } of config.cluster.findTopicPartitionMetadata(topic))
          leastOf(shares.filter((share) => share.reads.has(topic)))?.take(topic, partitionId);
      const assigned = shares.filter(({ size }) => size > 0);
      return Promise.resolve(assigned.map((share) => assignmentOf(own, share)));
    },
  };
};

interface Share {
  readonly memberId: string;
  readonly reads: ReadonlySet<string>;
  /** Partitions by topic. */
  readonly assigned: Record<string, number[]>;
  size: number;
  take(topic: string, partition: number): void;
}

function shareOf({ memberId, memberMetadata }: GroupMember): Share {
  const assigned: Record<string, number[]> = {};
  return {
    memberId,
    reads: new Set(AssignerProtocol.MemberMetadata.decode(memberMetadata)?.topics),
    assigned,
    size: 0,
    take(topic, partition) {
      (assigned[topic] ??= []).push(partition);
      this.size += 1;
    },
  };
}

/** The first of those with the fewest. */
function leastOf(shares: readonly Share[]): Share | undefined {
  return shares.reduce<Share | undefined>(
    (least, share) => (least !== undefined && least.size <= share.size ? least : share),
    undefined,
  );
}

function assignmentOf(
  { version }: Assigner,
  { memberId, assigned: assignment }: Share,
): GroupMemberAssignment {
  const userData = Buffer.alloc(0);
  return {
    memberId,
    memberAssignment: AssignerProtocol.MemberAssignment.encode({ version, assignment, userData }),
  };
}
