import { z } from 'zod';
import { inPortions, type MessageSink, MessagesRefused, type OutgoingMessage, SinkFailure } from './sink';

export interface HttpSinkOptions {
  /** Where the service answers, like `http://localhost:8084`; a path in it is ignored. */
  readonly url: string;
  readonly token: string;
}

/** Longer than the service itself waits for its database. */
const PATIENCE_MS = 60_000;
const LONGEST_QUOTE = 200;

const report = z.object({
  accepted: z.int(),
  duplicates: z.int(),
  rejected: z.array(z.object({ index: z.int(), error: z.string() })),
});

/** Sends to `POST /dev/events` of a running service, which answers once the messages are committed. */
export function createHttpSink({ url, token }: HttpSinkOptions): MessageSink {
  const address = new URL('/dev/events', url);

  async function post(messages: readonly OutgoingMessage[]): Promise<Response> {
    try {
      return await fetch(address, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson' },
        body: messages.map(({ topic, value }) => JSON.stringify({ topic, value })).join('\n'),
        // A token is for the service that was named, and for no other that it redirects to.
        redirect: 'manual',
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
    } catch (cause) {
      throw new SinkFailure(`${address.origin} cannot be reached.`, { cause });
    }
  }

  return {
    async send(messages) {
      let repeated = 0;
      for (const portion of inPortions(messages)) {
        const { duplicates, rejected } = await reportOf(await post(portion), address.origin);
        const [first] = rejected;
        if (first) throw new MessagesRefused(portion[first.index]?.topic ?? 'a topic', first.error);
        repeated += duplicates;
      }
      return { sent: messages.length, repeated };
    },
    close: () => Promise.resolve(),
  };
}

async function reportOf(response: Response, origin: string): Promise<z.infer<typeof report>> {
  const text = await response.text().catch((cause: unknown) => {
    throw new SinkFailure(`${origin} broke off its answer.`, { cause });
  });
  if (response.status !== 200) throw new SinkFailure(`${origin} ${reasonOf(response.status, text)}`);
  try {
    return report.parse(JSON.parse(text));
  } catch (cause) {
    throw new SinkFailure(`${origin} answers, but not as this service does.`, { cause });
  }
}

function reasonOf(status: number, text: string): string {
  switch (status) {
    case 401:
      return 'does not accept the token.';
    case 404:
      return 'takes no messages over HTTP: it is fed by Kafka, or runs in production.';
    case 413:
      return 'takes no body as large as this: raise its MAX_BODY_BYTES.';
    default:
      return `answered ${status}: ${text.slice(0, LONGEST_QUOTE)}`;
  }
}
