import { answerParent } from './answering';
import { type Connecting, connecting, finals, type Report, reporting } from './messages';
import { Receipts } from './receipts';
import { openSubscriber, type SubscriberSocket } from './subscriber-socket';

/** A process of subscribers. It evaluates nothing while values arrive. */

/** How many sockets are being opened at a time: fewer than a server lets wait. */
const OPENING_AT_ONCE = 100;

let sockets: SubscriberSocket[] = [];
let receipts = new Receipts();

async function connect({ events, sockets: wanted, ...place }: Connecting): Promise<null> {
  receipts = new Receipts();
  sockets = [];
  const openNext = async (): Promise<void> => {
    while (sockets.length < wanted) {
      const index = sockets.length;
      await new Promise<void>((resolve) => {
        const eventId = events[index % events.length]!;
        const onCount = (count: number, at: number): void => receipts.add(index, count, at);
        sockets.push(openSubscriber({ ...place, eventId, onCount, onReady: resolve }));
      });
      if (sockets[index]!.hasFailed) throw new Error(`socket ${index} could not subscribe`);
    }
  };
  await Promise.all(Array.from({ length: OPENING_AT_ONCE }, openNext));
  return null;
}

function report(about: unknown): Report {
  const evaluated = receipts.evaluate(reporting.parse(about));
  return {
    ...evaluated,
    failed: sockets.filter(({ hasFailed }) => hasFailed).length,
    sample: sockets[0]?.lastMessage?.toString() ?? '',
  };
}

function close(): null {
  for (const socket of sockets) socket.close();
  sockets = [];
  return null;
}

answerParent({
  connect: (about) => connect(connecting.parse(about)),
  missing(about) {
    const { counts } = finals.parse(about);
    return {
      missing: sockets.filter(({ count }, index) => count !== counts[index % counts.length]).length,
    };
  },
  report,
  close,
});
