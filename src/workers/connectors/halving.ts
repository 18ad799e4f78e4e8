import type { Inquiry } from './inquiry';
import { PlatformFailure, type ViewsAnswer, type ViewsQuestion } from './platform';

export type Answers = ReadonlyMap<ViewsQuestion, ViewsAnswer>;

/** What came of a request that was asked again in parts. */
export interface Parts {
  readonly answers: Answers;
  /** Those about one id that has no count though it was asked by itself. */
  readonly odd: readonly Inquiry[];
  /** The most ids that a part had which was answered; 0 where none was. */
  readonly mostAnswered: number;
}

export interface Halving {
  readonly halvesOf: (inquiry: Inquiry) => readonly Inquiry[];
  /**
   * @param isAnyAnswered whether another part has been answered
   * @returns the failure where it is refused for what may be one of its ids
   */
  readonly ask: (part: Inquiry, isAnyAnswered: boolean) => Promise<Answers | PlatformFailure>;
}

/**
 * Asks the halves of a request that was refused, of each that is refused its halves, and so on down to one id. Until one has
 * been answered they are asked one after the other, the smallest first: of a platform that refuses everything a few single ids
 * tell. Who shares a half is drawn: refused ids may stand side by side, and many of them in a row would look like such a platform.
 */
export async function askInParts(refused: Inquiry, { halvesOf, ask }: Halving): Promise<Parts> {
  const waiting = [...halvesOf({ ...refused, questions: inAnyOrder(refused.questions) })];
  const answers = new Map<ViewsQuestion, ViewsAnswer>();
  const odd: Inquiry[] = [];
  let mostAnswered = 0;

  async function askPart(part: Inquiry): Promise<void> {
    const given = await ask(part, mostAnswered > 0);
    if (given instanceof PlatformFailure) return void waiting.push(...halvesOf(part));
    for (const [question, answer] of given) answers.set(question, answer);
    const size = part.ids?.length ?? 1;
    const all = [...given.values()];
    if (all.some(isAnswer)) mostAnswered = Math.max(mostAnswered, size);
    if (size === 1 && all.every(isOdd)) odd.push(part);
  }

  while (waiting.length > 0) await Promise.all(waiting.splice(mostAnswered > 0 ? 0 : -1).map(askPart));
  return { answers, odd, mostAnswered };
}

const isAnswer = ({ kind }: ViewsAnswer): boolean => kind === 'measured' || kind === 'no_value';

const isOdd = (answer: ViewsAnswer): boolean =>
  answer.kind === 'no_value' || (answer.kind === 'failed' && answer.reason === 'BAD_ANSWER');

function inAnyOrder<Item>(items: readonly Item[]): readonly Item[] {
  return items
    .map((item) => ({ item, drawn: Math.random() }))
    .sort((one, other) => one.drawn - other.drawn)
    .map(({ item }) => item);
}
