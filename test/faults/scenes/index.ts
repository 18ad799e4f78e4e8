import type { Fault } from '../fault';
import { workerKilled } from './worker-killed';

/** All that is done to the service, in the order of the page. */
export const FAULTS: readonly Fault[] = [workerKilled];
