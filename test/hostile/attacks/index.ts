import type { Attack } from '../attack';
import { DIFFERENT_QUERIES } from './different-queries';
import { HEAVY_OPERATIONS } from './heavy-operations';
import { LETTERS } from './letters';
import { MESSAGES } from './messages';
import { MISTAKES } from './mistakes';
import { OWN_PROCESSES } from './own-processes';
import { PRYING } from './prying';
import { RATES } from './rates';
import { SUBSCRIPTIONS_WITHOUT_NUMBER } from './subscriptions';
import { TOGETHER } from './together';
import { UNREAD_ANSWERS } from './unread-answers';

/** In this order, so that those with variables of their own, which want another gateway, come last. */
export const ATTACKS: readonly Attack[] = [
  ...MISTAKES,
  ...PRYING,
  ...LETTERS,
  ...OWN_PROCESSES,
  ...HEAVY_OPERATIONS,
  ...DIFFERENT_QUERIES,
  ...TOGETHER,
  ...SUBSCRIPTIONS_WITHOUT_NUMBER,
  ...MESSAGES,
  ...UNREAD_ANSWERS,
  ...RATES,
];
