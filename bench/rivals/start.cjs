/**
 * Runs the module that RIVAL names, and answers what the benchmark asks over Node's IPC channel by what it exports as
 * `answers`: the messages of bench/live/answering.ts. Listening begins before the module is loaded, which takes a while: by
 * then the first question has come, and would be lost.
 */
const { given } = require('./given.cjs');

const loaded = import(given('RIVAL'));
loaded.catch((error) => {
  console.error(error);
  process.exit(1);
});

process.on('message', async ({ id, question, about }) => {
  const { answers } = await loaded;
  const answer = answers[question];
  // Some questions are the probe's.
  if (answer === undefined) return;
  try {
    process.send({ id, answer: (await answer(about)) ?? null });
  } catch (error) {
    process.send({ id, failure: String(error) });
  }
});
// The probe has let go of it.
process.channel.ref();
