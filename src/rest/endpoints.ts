import type { Clock } from '../runtime/clock';
import { analyticsEndpoint } from './analytics';
import { contractEndpoint } from './contract';
import type { DashboardAnswers } from './dashboard-answers';
import type { Endpoint } from './endpoint';
import { healthEndpoint } from './health';

export interface EndpointDependencies {
  readonly answers: DashboardAnswers;
  readonly clock: Clock;
}

/** All endpoints, the one that is called most often first: the router tries them in this order. */
export const createEndpoints = ({ answers, clock }: EndpointDependencies): readonly Endpoint[] => [
  analyticsEndpoint(answers),
  healthEndpoint(clock),
  contractEndpoint(),
];
