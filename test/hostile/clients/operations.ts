import { readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '../../..');

/** Every section of one dashboard, as REST asks for it: `$eventId`. */
export const WHOLE_DASHBOARD = readFileSync(path.join(ROOT, 'src/rest/dashboard.graphql'), 'utf8');
const [, SECTIONS = ''] =
  /dashboard\(eventId: \$eventId\) \{([\s\S]*)\}\s*\}\s*$/.exec(WHOLE_DASHBOARD) ?? [];

/** Every section of many dashboards: `$eventIds`. */
export const WHOLE_DASHBOARDS = `query ($eventIds: [UUID!]!) { dashboards(eventIds: $eventIds) { ${SECTIONS} } }`;

/** Repeats a text, each with its own number. */
export function times(count: number, text: (number: number) => string): string {
  return Array.from({ length: count }, (_, number) => text(number)).join(' ');
}

/** The usual subscription: `$eventId`. */
export const COUNT = `subscription ($eventId: UUID!) { participantCount(eventId: $eventId) { count version at } }`;

/** A field of a dashboard with up to 2,000 points. */
export const TREND = 'participationTrend(timeUnit: HOURLY) { dataPoints { timestamp participantCount } }';
