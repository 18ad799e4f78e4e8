import type { Tally } from './tally';
import type { Town } from './town';

/** What the simulator tells whoever runs it. */

const EVENTS_NAMED = 3;

export function describeProgress(tally: Tally, registrations: number, seconds: number): string {
  const taken = total(tally.participants.values());
  return [
    `${grouped(taken)} of ${grouped(registrations)} have taken part`,
    `${grouped(tally.sent)} messages (${perSecond(tally.sent, seconds)})`,
    ...[...tally.byTopic].map(([topic, count]) => `${topic} ${grouped(count)}`),
    `again ${grouped(tally.again)}`,
  ].join(' · ');
}

export function describeTally(tally: Tally, { storeIds, events }: Town, seconds: number): string {
  const taken = total(tally.participants.values());
  const liveliest = [...tally.participants].sort(([, one], [, other]) => other - one).slice(0, EVENTS_NAMED);
  return [
    `Sent ${grouped(tally.sent)} messages in ${seconds.toFixed(1)} s (${perSecond(tally.sent, seconds)}):`,
    ...[...tally.byTopic].map(([topic, count]) => `  ${topic.padEnd(24)} ${grouped(count)}`),
    `Of these ${grouped(tally.late)} came late and ${grouped(tally.again)} again${knownAlready(tally)}.`,
    `${grouped(taken)} people took part in ${tally.participants.size} of ${events.length} events of ${storeIds.length} stores` +
      ` (${perSecond(taken, seconds)}).`,
    ...liveliest.map(([eventId, count]) => `  event ${eventId}  ${grouped(count)} participants`),
  ].join('\n');
}

function knownAlready({ repeated }: Tally): string {
  return repeated === undefined ? '' : `; ${grouped(repeated)} said nothing new`;
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
