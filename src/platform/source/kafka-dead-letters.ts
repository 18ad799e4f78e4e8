import { type IHeaders, KafkaJSProtocolError, type Message, type Producer } from 'kafkajs';
import type { RejectedMessage } from './source';

/** What is sent at once; a broker looks at the size of the whole, not of each letter. */
const LETTERS_AT_ONCE = 500;
const BYTES_AT_ONCE = 512 * 1024;

/**
 * Puts messages on `<topic>.dlq` as they came, and beside each in its headers why and from where. One too large even
 * for that keeps its key and its place, by which it can be found.
 */
export async function sendDeadLetters(
  producer: Producer,
  topic: string,
  partition: number,
  rejected: readonly RejectedMessage[],
): Promise<void> {
  const letters = rejected.map((each) => toLetter(topic, partition, each));
  for (const messages of inChunks(letters)) await send(producer, `${topic}.dlq`, messages);
}

function toLetter(topic: string, partition: number, { message, reason }: RejectedMessage): Message {
  return {
    key: message.key,
    value: message.value,
    headers: {
      ...(message.headers as IHeaders | undefined),
      'x-error': reason,
      'x-original-topic': topic,
      'x-original-partition': String(partition),
      'x-original-offset': message.offset.toString(),
    },
  };
}

function inChunks(letters: readonly Message[]): Message[][] {
  const chunks: Message[][] = [];
  let bytes = 0;
  for (const letter of letters) {
    const size = letter.value?.length ?? 0;
    const chunk = chunks.at(-1);
    if (chunk === undefined || chunk.length === LETTERS_AT_ONCE || bytes + size > BYTES_AT_ONCE) {
      chunks.push([letter]);
      bytes = size;
    } else {
      chunk.push(letter);
      bytes += size;
    }
  }
  return chunks;
}

async function send(producer: Producer, topic: string, messages: Message[]): Promise<void> {
  try {
    await producer.send({ topic, messages });
  } catch (error) {
    if (!isTooLarge(error)) throw error;
    const [first] = messages;
    if (messages.length > 1) for (const message of messages) await send(producer, topic, [message]);
    else if (first !== undefined) await producer.send({ topic, messages: [withoutValue(first)] });
  }
}

function withoutValue(letter: Message): Message {
  const reason = String(letter.headers?.['x-error']);
  return {
    ...letter,
    value: null,
    headers: { ...letter.headers, 'x-error': `${reason} (too large to be kept here)` },
  };
}

function isTooLarge(error: unknown): boolean {
  if (error instanceof KafkaJSProtocolError) return error.type === 'MESSAGE_TOO_LARGE';
  return error instanceof Error && error.cause !== undefined && isTooLarge(error.cause);
}
