import { z } from 'zod';
import type { Industry, Percent } from './values';
import type { IndustryAverages } from './facts';
import shipped from './industry-reference.json';

/** The averages that are shown for an industry of which too little is known. */
export type IndustryReference = (industry: Industry) => IndustryAverages;

const percentage = z
  .number()
  .refine((value) => Math.round(value * 10) / 10 === value && Math.abs(value) <= 9_999_999_999_999.9, {
    error: 'a percentage has one decimal',
  })
  .transform((value) => value as Percent);

const averages = z.strictObject({
  participationRate: percentage,
  roi: percentage,
  conversionRate: percentage,
});

const table = z.strictObject({ default: averages, industries: z.record(z.string(), averages.partial()) });

/**
 * Reads a reference table: default averages, and for single industries those that differ.
 *
 * @throws ZodError when the table has another shape, or a value more than one decimal
 */
export function readIndustryReference(source: unknown): IndustryReference {
  const { default: common, industries } = table.parse(source);
  // Names are looked up in a map: an industry may be called "constructor".
  const own = new Map(
    Object.entries(industries).map(([name, figures]) => [name.trim().normalize('NFC'), figures]),
  );
  return (industry) => {
    const special = own.get(industry);
    return {
      participationRate: special?.participationRate ?? common.participationRate,
      roi: special?.roi ?? common.roi,
      conversionRate: special?.conversionRate ?? common.conversionRate,
    };
  };
}

/** The reference table that comes with the service. */
export const industryReference: IndustryReference = readIndustryReference(shipped);
