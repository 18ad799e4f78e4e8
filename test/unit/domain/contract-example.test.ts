import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { channelPerformance } from '../../../src/domain/channels';
import { comparativeAnalysis, figuresOf } from '../../../src/domain/comparison';
import { salesGrowthCard } from '../../../src/domain/growth';
import { industryMean, NO_SUMS } from '../../../src/domain/industry';
import { participantProfile } from '../../../src/domain/profile';
import { roiAnalysis, roiCard } from '../../../src/domain/roi';
import { registeredToday, totalParticipantsCard, totalViewsCard } from '../../../src/domain/summary';
import { participationTrend } from '../../../src/domain/trend';
import type { ChannelPerformance } from '../../../src/schema/channel-performance';
import { formatInstant } from '../../../src/domain/instants';
import type { Instant } from '../../../src/domain/values';
import { best, facts, hours, now, profile, viewsAtClose } from './contract-example-facts';
import { utc } from './facts-of';

const SECTIONS = [
  'summaryCards',
  'channelPerformance',
  'participationTrend',
  'roiAnalysis',
  'participantProfile',
  'comparativeAnalysis',
] as const;

/** Where the example contradicts its own numbers, and what its numbers give. */
const EXCEPTIONS = {
  'summaryCards.totalParticipants.dailyChange': 0,
  'channelPerformance.0.costPerAcquisition': 250,
  'channelPerformance.1.costPerAcquisition': 400,
  'channelPerformance.2.costPerAcquisition': 250,
  'comparativeAnalysis.industryComparison.2.myValue': 7,
  'comparativeAnalysis.industryComparison.2.percentageDifference': 16.7,
};

it('the example of the contract follows from facts, but for six fields in which it contradicts itself', () => {
  const [computed, example] = [flat(computedSections()), flat(exampleSections())];
  expect([...computed.keys()]).toEqual([...example.keys()]);
  const different = [...computed].filter(([field, value]) => value !== example.get(field));
  expect(Object.fromEntries(different)).toEqual(EXCEPTIONS);
});

function computedSections() {
  const noStores = { stores: 0, knownStores: 0, total: NO_SUMS, own: null };
  const industry = industryMean(facts.event.industry, noStores).averages;
  return {
    summaryCards: {
      totalParticipants: totalParticipantsCard(facts.event, facts.counts, registeredToday(hours, utc, now)),
      totalViews: totalViewsCard(facts.channels, viewsAtClose),
      roi: roiCard(facts, industry.roi),
      salesGrowth: salesGrowthCard(facts.sales),
    },
    channelPerformance: channelPerformance(facts.channels).map(inContract),
    participationTrend: participationTrend(facts.event, hours, utc, now),
    roiAnalysis: roiAnalysis(facts),
    participantProfile: participantProfile(facts.counts, profile, hours, utc),
    comparativeAnalysis: comparativeAnalysis(figuresOf(facts), industry, best),
  };
}

/** The contract knows nothing of where views come from. */
function inContract(row: ChannelPerformance): object {
  const { viewsSource, viewsMeasuredAt, platformFailingSince, ...rest } = row;
  expect([viewsSource, viewsMeasuredAt, platformFailingSince]).not.toContain(undefined);
  return rest;
}

function exampleSections(): unknown {
  const file = path.join(__dirname, '../../../src/rest/openapi.yaml');
  const contract: unknown = parse(readFileSync(file, 'utf8'));
  const steps = [
    'paths',
    '/events/{eventId}/analytics',
    'get',
    'responses',
    '200',
    'content',
    'application/json',
  ];
  const example = [...steps, 'examples', 'success', 'value'].reduce(
    (node: unknown, step) => z.record(z.string(), z.unknown()).parse(node)[step],
    contract,
  );
  const sections = z.record(z.string(), z.unknown()).parse(example);
  return Object.fromEntries(SECTIONS.map((name) => [name, sections[name]]));
}

/** Every leaf under its path, in the order in which it stands; instants as the contract writes them. */
function flat(node: unknown, prefix = ''): Map<string, unknown> {
  if (typeof node !== 'object' || node === null) return new Map([[prefix, shown(prefix, node)]]);
  const leaves = Object.entries(node).flatMap(([key, value]) => [
    ...flat(value, prefix === '' ? key : `${prefix}.${key}`),
  ]);
  return new Map(leaves);
}

function shown(field: string, value: unknown): unknown {
  return field.endsWith('.timestamp') && typeof value === 'number' ? formatInstant(value as Instant) : value;
}
