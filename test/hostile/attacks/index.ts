import type { Attack } from '../attack';
import { HEAVY_OPERATIONS } from './heavy-operations';
import { TOGETHER } from './together';

/** In the order of the page. */
export const ATTACKS: readonly Attack[] = [...HEAVY_OPERATIONS, ...TOGETHER];
