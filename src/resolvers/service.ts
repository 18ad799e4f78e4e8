import { Arg, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver } from 'type-graphql';
import { countByReason } from '../database/dead-letters/letter-counts';
import { findLetter, newestLetters } from '../database/dead-letters/stored-letters';
import { readGaps } from '../database/log-gaps';
import { readTopics, readTroubled } from '../database/partition-progress';
import { platformReports } from '../database/platform-states';
import type { Count, Instant } from '../domain/values';
import { AppError, badUserInput } from '../errors';
import { DeadLetterContent, DeadLetterCount, DeadLetterPage, Replayed } from '../schema/dead-letter';
import { GatewayFigures } from '../schema/gateway-figures';
import { PartitionFigures, PlatformFigures, Service, TopicFigures, UnreadStretch } from '../schema/service';
import { requireAdmin } from './authorized';
import type { OperationContext } from './context';
import { toContent, toCount, toLetter, cutReason } from './dead-letters';
import {
  MOST_PER_PAGE,
  MOST_PLATFORMS,
  MOST_REASONS,
  MOST_TOPICS,
  MOST_TROUBLED,
  MOST_UNREAD,
} from './list-limits';
import type { Operating } from './operating';

/** The one way to the service itself: who comes to its fields has been found to be an admin here. */
@Resolver()
export class ServiceQueries {
  @Query(() => Service, {
    description:
      'The service itself, for those who operate it. Fails with FORBIDDEN without the role ADMIN. What of it lies in the database fails with DATABASE_UNAVAILABLE while that is away; `gateway` does not.',
  })
  service(@Ctx() context: OperationContext): Service {
    requireAdmin(context);
    return { readAt: context.clock.now() };
  }

  @Mutation(() => Replayed, {
    description:
      'Applies the message of a dead letter after all, once, however often it is asked for. Fails with FORBIDDEN without the role ADMIN, with NOT_FOUND when there is no such letter.',
  })
  async replayDeadLetter(
    @Arg('id', () => ID, { description: 'The number of the letter.' }) id: string,
    @Ctx() context: OperationContext,
  ): Promise<Replayed> {
    requireAdmin(context);
    const result = await operatingOf(context).replay(readId('id', id), context.viewer);
    if (result === undefined) throw noSuchLetter();
    const { outcome, reason } = result;
    return { outcome, reason: reason === undefined ? null : cutReason(reason) };
  }
}

/** What is read of the service, each part by itself: none fails because of another that is asked for in another operation. */
@Resolver(() => Service)
export class ServiceResolver {
  @FieldResolver(() => GatewayFigures, { description: 'The process that answers.' })
  gateway(@Ctx() context: OperationContext): Promise<GatewayFigures> {
    return operatingOf(context).figures();
  }

  @FieldResolver(() => [TopicFigures], {
    description: 'Every topic of which a worker has ever looked at a partition, by name, up to 50.',
  })
  async topics(@Ctx() { sql, clock }: OperationContext): Promise<TopicFigures[]> {
    const topics = await readTopics(sql, clock.now(), MOST_TOPICS);
    return topics.map(({ logEnd, lag, ...known }) => ({
      ...known,
      endOffset: Number(logEnd) as Count,
      lag: Number(lag) as Count,
    }));
  }

  @FieldResolver(() => [PartitionFigures], {
    description:
      'The partitions that are stalled, or that no worker has looked at for a minute, by topic and number, up to 50. How many there are of each topic is its `troubled`.',
  })
  async troubledPartitions(@Ctx() { sql, clock }: OperationContext): Promise<PartitionFigures[]> {
    const partitions = await readTroubled(sql, clock.now(), MOST_TROUBLED);
    return partitions.map(({ logEnd, lag, stalledSince, reason, ...known }) => ({
      ...known,
      endOffset: Number(logEnd) as Count,
      lag: Number(lag) as Count,
      stalledSince: stalledSince ?? null,
      reason: reason === undefined ? null : cutReason(reason),
    }));
  }

  @FieldResolver(() => [UnreadStretch], {
    description: 'What Kafka deleted before it was read, by topic and partition, up to 100.',
  })
  async deletedUnread(@Ctx() { sql }: OperationContext): Promise<UnreadStretch[]> {
    const gaps = await readGaps(sql);
    return gaps.slice(0, MOST_UNREAD).map(({ topic, partition, firstOffset, lastOffset, noticedAt }) => ({
      topic,
      partition,
      offsets: (Number(lastOffset - firstOffset) + 1) as Count,
      noticedAt: noticedAt.getTime() as Instant,
    }));
  }

  @FieldResolver(() => [PlatformFigures], {
    description: 'The platforms that are asked for views, by channel.',
  })
  async platforms(@Ctx() { sql }: OperationContext): Promise<PlatformFigures[]> {
    const platforms = await platformReports(sql);
    return platforms
      .slice(0, MOST_PLATFORMS)
      .map(({ reason, ...known }) => ({ ...known, reason: reason === null ? null : cutReason(reason) }));
  }

  @FieldResolver(() => [DeadLetterCount], {
    description:
      'The newest 10,000 dead letters, counted by topic, reason and state; the 100 largest counts.',
  })
  async deadLetterCounts(@Ctx() { sql }: OperationContext): Promise<DeadLetterCount[]> {
    return (await countByReason(sql, MOST_REASONS)).map(toCount);
  }

  @FieldResolver(() => DeadLetterPage, { description: 'Dead letters, newest first, without what they hold.' })
  async deadLetters(
    @Arg('first', () => Int, { defaultValue: 20, description: 'How many at the most, 1 to 100.' })
    first: number,
    @Arg('before', () => ID, { nullable: true, description: 'Only older ones than this letter.' })
    before: string | null | undefined,
    @Arg('topic', () => String, {
      nullable: true,
      description: 'Only those of this topic, as the broker knows it.',
    })
    topic: string | null | undefined,
    @Ctx() { sql }: OperationContext,
  ): Promise<DeadLetterPage> {
    if (first < 1 || first > MOST_PER_PAGE) throw badUserInput(`first: must be from 1 to ${MOST_PER_PAGE}`);
    const from = before == null ? undefined : readId('before', before);
    const found = (await newestLetters(sql, topic ?? undefined, first + 1, from)).toReversed();
    const letters = found.slice(0, first).map(toLetter);
    return { letters, next: found.length > first ? (letters.at(-1)?.id ?? null) : null };
  }

  @FieldResolver(() => DeadLetterContent, {
    description:
      'One dead letter with what it holds. Fails with NOT_FOUND when there is none of that number.',
  })
  async deadLetter(
    @Arg('id', () => ID, { description: 'The number of the letter.' }) asked: string,
    @Ctx() context: OperationContext,
  ): Promise<DeadLetterContent> {
    const id = readId('id', asked);
    const letter = await findLetter(context.sql, id);
    if (letter === undefined) throw noSuchLetter();
    operatingOf(context).noteShown(id, context.viewer);
    return toContent(letter);
  }
}

function operatingOf({ operating }: OperationContext): Operating {
  if (operating === undefined) throw new Error('This operation is of no process that could be told of.');
  return operating;
}

const noSuchLetter = (): AppError => new AppError('NOT_FOUND', { message: '해당 데드 레터가 없습니다.' });

/** What a number of a letter may have: within 63 bits. */
const ID_TEXT = /^\d{1,18}$/;

function readId(name: string, text: string): bigint {
  if (!ID_TEXT.test(text)) throw badUserInput(`${name}: must be the number of a dead letter`);
  return BigInt(text);
}
