import type { Attack } from '../attack';
import { DIFFERENT_QUERIES } from './different-queries';
import { HEAVY_OPERATIONS } from './heavy-operations';
import { MESSAGES } from './messages';
import { MISTAKES } from './mistakes';
import { RATES } from './rates';
import { SUBSCRIPTIONS_WITHOUT_NUMBER } from './subscriptions';
import { TOGETHER } from './together';
import { UNREAD_ANSWERS } from './unread-answers';

/** In this order, so that those with variables of their own, which want another gateway, come last. */
export const ATTACKS: readonly Attack[] = [
  ...MISTAKES,
  ...HEAVY_OPERATIONS,
  ...DIFFERENT_QUERIES,
  ...TOGETHER,
  ...SUBSCRIPTIONS_WITHOUT_NUMBER,
  ...MESSAGES,
  ...UNREAD_ANSWERS,
  ...RATES,
];
