import type { DrillFault } from '../drill-fault';
import { changedCredential } from './changed-credential';
import { changedShape } from './changed-shape';
import { forgottenTransaction } from './forgotten-transaction';
import { fullRedis } from './full-redis';
import { oldPassword } from './old-password';

/** In no order that tells anything; those who practise call them by their numbers. */
export const DRILL_FAULTS: readonly DrillFault[] = [
  forgottenTransaction,
  changedShape,
  oldPassword,
  fullRedis,
  changedCredential,
];
