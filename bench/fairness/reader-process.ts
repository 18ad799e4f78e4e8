import { z } from 'zod';
import { answerParent } from '../live/answering';
import { openReader, type Reader } from './reader';

/** The reader, in its own process: the attacker's load must not delay it. */
const where = z.object({ origin: z.string(), tokens: z.array(z.string()), eventIds: z.array(z.string()) });
let reader: Promise<Reader> | undefined;

answerParent({
  'reader.open': async (about) => {
    reader = openReader(where.parse(about));
    await reader;
  },
  'reader.read': async (about) => {
    const { rate, seconds } = z.object({ rate: z.number(), seconds: z.number() }).parse(about);
    return (await reader)?.read(rate, seconds);
  },
  'reader.counts': async () => (await reader)?.counts(),
});
