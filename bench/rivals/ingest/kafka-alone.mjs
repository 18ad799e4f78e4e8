import { taking } from './taking.mjs';

/** What KafkaJS can bring at best: nothing is done with it. */
export const answers = taking((done) => ({
  async eachBatch({ batch }) {
    done(batch.messages.length);
  },
}));
