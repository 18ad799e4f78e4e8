import { Field, ID, Int, ObjectType } from 'type-graphql';
import type { Count, Instant } from '../domain/values';
import { DeadLetterState, type LetterState, type ReplayKind, ReplayOutcome } from './enums';
import { CountScalar, DateTimeScalar } from './scalars';

@ObjectType({
  description: 'How many of the newest 10,000 dead letters were rejected for the same reason.',
  simpleResolvers: true,
})
export class DeadLetterCount {
  @Field(() => String, { description: 'The topic, as the broker knows it, up to 249 characters.' })
  readonly topic!: string;

  @Field(() => String, { description: 'Which fields and rules, cut to 500 characters. It repeats no value.' })
  readonly reason!: string;

  @Field(() => DeadLetterState, { description: 'What has become of them, the label `state` of the metric.' })
  readonly state!: LetterState;

  @Field(() => CountScalar, {
    description: 'How many. `analytics_dead_letters`, which adds up those of a topic and a state',
  })
  readonly count!: Count;
}

@ObjectType({
  description: 'A message that could not be applied, without what it holds.',
  simpleResolvers: true,
})
export class DeadLetter {
  @Field(() => ID, { description: 'Its number, by which it is shown and replayed.' })
  readonly id!: string;

  @Field(() => String, { description: 'The topic, as the broker knows it, up to 249 characters.' })
  readonly topic!: string;

  @Field(() => Int, { description: 'The number of its partition.' })
  readonly partition!: number;

  @Field(() => String, { description: 'Its offset there, in decimal digits.' })
  readonly offset!: string;

  @Field(() => String, { description: 'Why it was rejected: fields and rules, cut to 500 characters.' })
  readonly reason!: string;

  @Field(() => DateTimeScalar, { description: 'When it was rejected.' })
  readonly rejectedAt!: Instant;

  @Field(() => DeadLetterState, { description: 'What has become of it.' })
  readonly state!: LetterState;

  @Field(() => Int, { description: 'How many bytes its key and value have together.' })
  readonly sizeBytes!: number;
}

@ObjectType({ description: 'Dead letters, newest first.', simpleResolvers: true })
export class DeadLetterPage {
  @Field(() => [DeadLetter], { description: 'Those of this page.' })
  readonly letters!: readonly DeadLetter[];

  @Field(() => ID, {
    nullable: true,
    description: 'Given as `before`, the list goes on; null when this page is the last.',
  })
  readonly next!: string | null;
}

@ObjectType({
  description: 'Some bytes of a message: as text where they are text, else in base64.',
  simpleResolvers: true,
})
export class LetterPart {
  @Field(() => String, { description: 'The text, or the base64, cut to 4,096 characters.' })
  readonly content!: string;

  @Field(() => Boolean, { description: 'Whether it is text.' })
  readonly isText!: boolean;

  @Field(() => Boolean, { description: 'Whether it was cut.' })
  readonly isCut!: boolean;

  @Field(() => Int, { description: 'How many bytes there are in all.' })
  readonly bytes!: number;
}

@ObjectType({ description: 'A header of a message.', simpleResolvers: true })
export class LetterHeader {
  @Field(() => String, { description: 'Its name, cut to 200 characters.' })
  readonly name!: string;

  @Field(() => LetterPart, { nullable: true, description: 'Its value; null where it has none.' })
  readonly value!: LetterPart | null;
}

@ObjectType({
  description:
    "A dead letter with what it holds, participants' data as they are: nothing once somebody in it was erased. That it was shown is logged.",
  simpleResolvers: true,
})
export class DeadLetterContent {
  @Field(() => DeadLetter, { description: 'The letter.' })
  readonly letter!: DeadLetter;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description:
      'When its record was written, as the broker has it; null where that is not known, or no date.',
  })
  readonly writtenAt!: Instant | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Why it could not be sent to its dead-letter topic, cut to 500 characters; null where it could.',
  })
  readonly failure!: string | null;

  @Field(() => [LetterHeader], { description: 'Its first 50 headers.' })
  readonly headers!: readonly LetterHeader[];

  @Field(() => LetterPart, { nullable: true, description: 'Its key; null where it has none.' })
  readonly key!: LetterPart | null;

  @Field(() => LetterPart, { nullable: true, description: 'Its value; null where it has none.' })
  readonly value!: LetterPart | null;
}

@ObjectType({ description: 'What came of replaying a dead letter.', simpleResolvers: true })
export class Replayed {
  @Field(() => ReplayOutcome, { description: 'What came of it.' })
  readonly outcome!: ReplayKind;

  @Field(() => String, {
    nullable: true,
    description: 'Why it was not applied, cut to 500 characters; null where it was.',
  })
  readonly reason!: string | null;
}
