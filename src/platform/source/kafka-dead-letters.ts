import { KafkaJSProtocolError, type Producer } from 'kafkajs';
import type { RejectedMessage } from './source';

/** The message as it came, and beside it why and from where. One too large even for that keeps its key and place. */
export async function sendDeadLetters(
  producer: Producer,
  topic: string,
  partition: number,
  rejected: readonly RejectedMessage[],
): Promise<void> {
  for (const { message, reason } of rejected) {
    const headers = {
      'x-error': reason,
      'x-original-topic': topic,
      'x-original-partition': String(partition),
      'x-original-offset': message.offset.toString(),
    };
    const letter = { key: message.key, value: message.value, headers };
    try {
      await producer.send({ topic: `${topic}.dlq`, messages: [letter] });
    } catch (error) {
      if (!isTooLarge(error)) throw error;
      const cut = {
        ...letter,
        value: null,
        headers: { ...headers, 'x-error': `${reason} (too large to be kept here)` },
      };
      await producer.send({ topic: `${topic}.dlq`, messages: [cut] });
    }
  }
}

function isTooLarge(error: unknown): boolean {
  if (error instanceof KafkaJSProtocolError) return error.type === 'MESSAGE_TOO_LARGE';
  return error instanceof Error && error.cause !== undefined && isTooLarge(error.cause);
}
