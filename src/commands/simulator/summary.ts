import type { Tally } from './tally';
import type { Shops } from './shops';

/** The simulator's output. */

const EVENTS_NAMED = 3;

export function describeProgress(tally: Tally, registrations: number, seconds: number): string {
  const taken = total(tally.participants.values());
  return [
    `${grouped(taken)} of ${grouped(registrations)} have taken part`,
    `${grouped(tally.sent)} messages (${perSecond(tally.sent, seconds)})`,
    ...[...tally.byTopic].map(([topic, count]) => `${topic} ${grouped(count)}`),
    `duplicates ${grouped(tally.duplicates)}`,
  ].join(' · ');
}

export function describeTally(tally: Tally, { storeIds, events }: Shops, seconds: number): string {
  const taken = total(tally.participants.values());
  const largest = [...tally.participants].sort(([, one], [, other]) => other - one).slice(0, EVENTS_NAMED);
  return [
    `Sent ${grouped(tally.sent)} messages in ${seconds.toFixed(1)} s (${perSecond(tally.sent, seconds)}):`,
    ...[...tally.byTopic].map(([topic, count]) => `  ${topic.padEnd(24)} ${grouped(count)}`),
    `${grouped(tally.late)} were late and ${grouped(tally.duplicates)} duplicates${describeUnchanged(tally)}.`,
    `${grouped(taken)} people took part in ${tally.participants.size} of ${events.length} events of ${storeIds.length} stores` +
      ` (${perSecond(taken, seconds)}).`,
    ...largest.map(([eventId, count]) => `  event ${eventId}  ${grouped(count)} participants`),
  ].join('\n');
}

function describeUnchanged({ repeated }: Tally): string {
  return repeated === undefined ? '' : `; ${grouped(repeated)} changed nothing`;
}

function total(counts: Iterable<number>): number {
  let sum = 0;
  for (const count of counts) sum += count;
  return sum;
}

function perSecond(count: number, seconds: number): string {
  return `${grouped(Math.round(count / Math.max(seconds, 0.001)))}/s`;
}

function grouped(value: number): string {
  return value.toLocaleString('en-US');
}
