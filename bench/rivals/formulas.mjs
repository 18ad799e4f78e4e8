import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const from = (name) => require(`../../dist/domain/${name}.js`);

// The service's own formulas, as it was built: a rival differs in how it reads and answers, never in what.
export const { channelPerformance } = from('channels');
export const { comparativeAnalysis, figuresOf } = from('comparison');
export const { createHistory } = from('history');
export const { nextChangeByClock } = from('event-time');
export const { AGE_CODES, GENDER_CODES } = from('facts');
export const { platformFallback } = from('fallback');
export const { salesGrowthCard, salesWindows } = from('growth');
export const { industryMean } = from('industry');
export const { participantProfile } = from('profile');
export const { roiAnalysis, roiCard } = from('roi');
export const { saturate } = from('rounding');
export const { totalParticipantsCard, totalViewsCard } = from('summary');
export const { participationTrend } = from('trend');
/** As BUSINESS_TIME_ZONE has it by default. */
export const calendar = from('calendar').createBusinessCalendar('Asia/Seoul');
/** As INDUSTRY_REFRESH_SECONDS has it by default. */
export const INDUSTRY_REFRESH_MS = 300_000;
