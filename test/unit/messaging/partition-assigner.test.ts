import { AssignerProtocol, type Cluster, type Logger, PartitionAssigners } from 'kafkajs';
import { createLogger } from '../../../src/observability/log';
import { createAssigner } from '../../../src/messaging/source/partition-assigner';

const PARTITIONS = 3;
const cluster = {
  findTopicPartitionMetadata: () => Array.from({ length: PARTITIONS }, (_, partitionId) => ({ partitionId })),
} as unknown as Cluster;
const config = { cluster, groupId: 'group', logger: {} as Logger };

const member = (memberId: string, topics: string[]) => ({
  memberId,
  memberMetadata: AssignerProtocol.MemberMetadata.encode({ version: 0, topics, userData: Buffer.alloc(0) }),
});

const lines: string[] = [];
const log = createLogger({ level: 'info', destination: { write: (line) => void lines.push(line) } });
const assignSubscribed = createAssigner(log);

type Members = readonly ReturnType<typeof member>[];

async function assigned(topics: string[], members: Members, assigner = assignSubscribed) {
  const result = await assigner(config).assign({ topics, members: [...members] });
  return Object.fromEntries(
    result.map(({ memberId, memberAssignment }) => {
      const assignment = AssignerProtocol.MemberAssignment.decode(memberAssignment)?.assignment;
      return [memberId, { ...assignment }];
    }),
  );
}

describe('the partitions of a group', () => {
  it('of a topic that some do not read are given to nobody until all of them do', async () => {
    const [old, mixed] = [member('b', ['old']), member('a', ['old', 'new'])];
    const shares = await assigned(['old', 'new'], [mixed, old]);
    expect(shares).toEqual({ a: { old: [0, 2] }, b: { old: [1] } });
    await assigned(['old', 'new'], [old, mixed]);
    expect(await assigned(['old', 'new'], [mixed])).toEqual({ a: { old: [0, 1, 2], new: [0, 1, 2] } });
    expect(lines).toEqual([
      expect.stringMatching(
        /"level":40.*"topics":\["new"\].*topics wait until every worker of the group reads them/,
      ),
      expect.stringMatching(/"level":30.*every worker of the group reads every topic/),
    ]);
  });

  it('are shared evenly, as KafkaJS shares them, where all read the same', async () => {
    const topics = ['one', 'two', 'three'];
    for (const count of [1, 2, 4, 7]) {
      const members = Array.from({ length: count }, (_, index) => member(`member ${9 - index}`, topics));
      expect(await assigned(topics, members)).toEqual(
        await assigned(topics, members, PartitionAssigners.roundRobin),
      );
    }
  });

  it('leave members with nothing where there are too few, and those that nobody reads with nobody', async () => {
    const members = ['a', 'b', 'c', 'd'].map((id) => member(id, ['one']));
    const shares = await assigned(['one', 'unread'], members);
    expect(shares).toEqual({ a: { one: [0] }, b: { one: [1] }, c: { one: [2] } });
  });

  it('are agreed upon by the name that releases up to 0.6 know', () => {
    const [own, theirs] = [assignSubscribed(config), PartitionAssigners.roundRobin(config)];
    expect(own.name).toBe(theirs.name);
    expect(own.protocol({ topics: ['one'] })).toEqual(theirs.protocol({ topics: ['one'] }));
  });
});
