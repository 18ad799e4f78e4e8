import { z } from 'zod';
import type { IndustryFacts, IndustrySums } from '../../metrics/facts';
import type { Industry, Instant, StoreId } from '../../schema/values';
import { column } from '../database/rows';
import type { Sql } from '../database/database';

/** An industry as one store asks for it. */
export interface IndustryQuestion {
  readonly industry: Industry;
  readonly storeId: StoreId;
}

export interface IndustryAnswer {
  readonly facts: IndustryFacts;
  /** When the rollup was made; null before the first time. */
  readonly refreshedAt: Instant | null;
}

const tenths = z.string().transform(BigInt);

const industryRow = z.object({
  place: z.number(),
  stores: z.number(),
  knownStores: z.number(),
  events: z.number(),
  participation: tenths,
  roi: tenths,
  conversion: tenths,
  ownEvents: z.number().nullable(),
  ownParticipation: tenths.nullable(),
  ownRoi: tenths.nullable(),
  ownConversion: tenths.nullable(),
  refreshedAt: column.instant.nullable(),
});

/**
 * @param audience stores that the reader knows beside the asking one
 * @returns for each question the totals of its industry and the asking store's own part, in its place
 */
export async function industriesFor(
  sql: Sql,
  questions: readonly IndustryQuestion[],
  audience: ReadonlySet<StoreId>,
): Promise<IndustryAnswer[]> {
  const rows = await sql.query(
    industryRow,
    INDUSTRIES,
    questions.map((_, place) => place),
    questions.map((question) => question.industry),
    questions.map((question) => question.storeId),
    [...audience],
  );
  const byPlace = new Map(rows.map((row) => [row.place, row]));
  return questions.map((_, place) => {
    const row = byPlace.get(place);
    if (row === undefined) throw new Error('A question about an industry came back without its answer.');
    const { stores, knownStores, events, participation, roi, conversion, refreshedAt } = row;
    const total = {
      events,
      participationTenths: participation,
      roiTenths: roi,
      conversionTenths: conversion,
    };
    return { facts: { stores, knownStores, total, own: ownPart(row) }, refreshedAt };
  });
}

function ownPart(row: z.infer<typeof industryRow>): IndustrySums | null {
  const { ownEvents, ownParticipation, ownRoi, ownConversion } = row;
  if (ownEvents === null || ownParticipation === null || ownRoi === null || ownConversion === null)
    return null;
  return {
    events: ownEvents,
    participationTenths: ownParticipation,
    roiTenths: ownRoi,
    conversionTenths: ownConversion,
  };
}

// Two rows of the rollup and the one that dates it, and one for each store of the audience that is in the industry:
// however many stores the industry has.
const INDUSTRIES = `
SELECT q.place, coalesce(t.stores, 0) AS stores,
       (SELECT count(*)::int FROM industry_stores AS k
        WHERE k.industry = q.industry AND k.store_id = ANY ($4::uuid[] || q.store_id)) AS "knownStores",
       coalesce(t.events, 0) AS events,
       coalesce(t.participation_tenths, 0)::text AS participation, coalesce(t.roi_tenths, 0)::text AS roi,
       coalesce(t.conversion_tenths, 0)::text AS conversion, o.events AS "ownEvents",
       o.participation_tenths::text AS "ownParticipation", o.roi_tenths::text AS "ownRoi",
       o.conversion_tenths::text AS "ownConversion", r.refreshed_at AS "refreshedAt"
FROM unnest($1::int[], $2::text[], $3::uuid[]) AS q(place, industry, store_id)
LEFT JOIN industry_totals AS t ON t.industry = q.industry
LEFT JOIN industry_stores AS o ON o.industry = q.industry AND o.store_id = q.store_id
LEFT JOIN industry_refreshes AS r ON true`;
