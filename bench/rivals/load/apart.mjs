import { once } from 'node:events';
import { Agent, request as open } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { Turns } from './turns.mjs';

/** Whoever is asked, and whose turn it is there: a round goes on where the one before has ended. */
const turnsOf = new Map();

const LOOK_EVERY_MS = 100;

/**
 * Sends requests over so many connections, each as soon as the one before is answered, but none again before so many
 * milliseconds after its last answer. While all connections wait for that, time does not count: they go on for as much longer.
 */
export async function apart({ url, connections, seconds, requests, apartMs, isGood, onAnswer, onStood }) {
  const turns = turnsFor(url, requests, apartMs);
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  let failed = 0;
  let waiting = 0;
  let stillSince = 0;
  let until = performance.now() + seconds * 1_000;

  async function untilNext() {
    waiting += 1;
    if (waiting === connections) stillSince = performance.now();
    while (turns.waitMs(performance.now()) > 0)
      await sleep(Math.min(turns.waitMs(performance.now()), LOOK_EVERY_MS));
    // Where others are being answered meanwhile, nothing stands still.
    if (waiting === connections) {
      const stoodMs = performance.now() - stillSince;
      until += stoodMs;
      onStood(stoodMs);
    }
    waiting -= 1;
  }

  async function connection() {
    while (performance.now() < until) {
      if (turns.waitMs(performance.now()) > 0) await untilNext();
      const place = turns.take();
      const begun = performance.now();
      if (!(await isAnswered(url, requests[place], agent, isGood))) failed += 1;
      const now = performance.now();
      turns.answered(place, now);
      onAnswer(now - begun);
    }
  }

  await Promise.all(Array.from({ length: connections }, connection));
  agent.destroy();
  return failed;
}

function turnsFor(url, requests, apartMs) {
  const key = `${url} ${apartMs} ${requests.map(({ path }) => path).join(' ')}`;
  if (!turnsOf.has(key)) turnsOf.set(key, new Turns(requests.length, apartMs));
  return turnsOf.get(key);
}

async function isAnswered(url, { method, path, headers, body }, agent, isGood) {
  try {
    const sent = open(url + path, { method, headers, agent }).end(body);
    const [response] = await once(sent, 'response');
    return isGood(await text(response)) && response.statusCode === 200;
  } catch {
    return false;
  }
}
