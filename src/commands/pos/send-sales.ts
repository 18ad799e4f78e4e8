import type { BusinessCalendar } from '../../domain/calendar';
import type { MessageSink, OutgoingMessage } from '../../messaging/sink/sink';
import type { LocalDay, MessageId, StoreId } from '../../domain/values';
import type { NumberedLine, Sale } from './sale-line';
import { createIdentities } from './identity';

export interface SendingOptions {
  readonly storeId: StoreId;
  readonly calendar: BusinessCalendar;
  readonly sink: MessageSink;
  readonly onSent: (sent: Sent) => void;
  readonly signal: AbortSignal;
}

export interface Sent {
  sent: number;
  /** How many changed nothing; undefined where the sink cannot know. */
  repeated: number | undefined;
  /** Lines that could not be used and were skipped. */
  bad: number;
}

const SALES_PER_BATCH = 2_000;

/** Sends one message for every sale. An interrupted import keeps what was sent; running it again completes it. */
export async function sendSales(
  lines: AsyncIterable<NumberedLine>,
  { storeId, calendar, sink, onSent, signal }: SendingOptions,
): Promise<Sent> {
  const idOf = createIdentities(storeId);
  const total: Sent = { sent: 0, repeated: 0, bad: 0 };
  const toMessage = (sale: Sale): OutgoingMessage =>
    saleMessage({ ...sale, messageId: idOf(sale) }, { storeId, calendar });

  async function send(messages: readonly OutgoingMessage[]): Promise<void> {
    const { sent, repeated } = await sink.send(messages);
    total.sent += sent;
    total.repeated =
      repeated === undefined || total.repeated === undefined ? undefined : total.repeated + repeated;
    onSent(total);
  }

  let batch: OutgoingMessage[] = [];
  for await (const { line } of lines) {
    if (signal.aborted) break;
    if (line.kind === 'bad') total.bad += 1;
    if (line.kind === 'sale') batch.push(toMessage(line));
    if (batch.length === SALES_PER_BATCH) {
      await send(batch);
      batch = [];
    }
  }
  if (batch.length > 0 && !signal.aborted) await send(batch);
  return total;
}

/** The message of a sale, or of what sets a day right. */
export function saleMessage(
  {
    messageId,
    day,
    amount,
  }: { readonly messageId: MessageId; readonly day: LocalDay; readonly amount: number },
  { storeId, calendar }: Pick<SendingOptions, 'storeId' | 'calendar'>,
): OutgoingMessage {
  return {
    topic: 'sales.recorded',
    key: storeId,
    value: {
      messageId,
      // The start of the day: not every export has times.
      occurredAt: new Date(calendar.startOf(day)).toISOString(),
      storeId,
      saleDate: day,
      amount,
    },
  };
}
