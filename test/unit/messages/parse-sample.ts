import { parseMessage } from '../../../src/workers/messages/parse';
import type { MessageOf, Topic } from '../../../src/workers/messages/topics';
import { NOW, SAMPLES } from './samples';

/** The reason of a refusal, or undefined when the topic's sample, with these fields put over it, is taken. */
export function refusalOf(topic: Topic, changes: Record<string, unknown>): string | undefined {
  const parsed = parseMessage(topic, JSON.stringify({ ...SAMPLES[topic], ...changes }), NOW);
  return parsed.kind === 'rejected' ? parsed.reason : undefined;
}

/** The topic's sample with these fields put over it (undefined leaves one out), parsed. */
export function parsedWith<T extends Topic>(topic: T, changes: Record<string, unknown> = {}): MessageOf<T> {
  const parsed = parseMessage(topic, JSON.stringify({ ...SAMPLES[topic], ...changes }), NOW);
  if (!isOf(topic, parsed)) throw new Error(`refused: ${JSON.stringify(parsed)}`);
  return parsed;
}

function isOf<T extends Topic>(topic: T, parsed: { readonly kind: string }): parsed is MessageOf<T> {
  return parsed.kind === topic;
}
