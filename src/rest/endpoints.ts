import type { Clock } from '../runtime/clock';
import { analyticsEndpoint, type TellAnswer } from './analytics';
import { contractEndpoint } from './contract';
import type { DashboardAnswers } from './dashboard-answers';
import type { Endpoint } from './endpoint';
import type { Execute } from './execute';
import { healthEndpoint } from './health';
import type { SendRepresentation } from './respond';

export interface EndpointDependencies {
  /** The cached dashboards. */
  readonly answers: DashboardAnswers;
  /** Reads what is not cached. */
  readonly execute: Execute;
  readonly send: SendRepresentation;
  readonly tellAnswer: TellAnswer;
  readonly clock: Clock;
}

/**
 * All endpoints, the one that is called most often first: the router tries them in this order. To add one:
 *
 * 1. `openapi.yaml`: the path, and each status with an example.
 * 2. `<resource>.graphql` beside it: the stored operation that reads the data.
 * 3. `npm run generate`: the types of both.
 * 4. `<resource>.ts`: the endpoint. It executes the operation for `{ viewer }`.
 * 5. A line in this list.
 * 6. A test of what is particular to it. `test/contract/endpoints.test.ts` checks 200 to 404 of every path with an event.
 */
export const createEndpoints = ({
  answers,
  send,
  tellAnswer: tell,
  clock,
}: EndpointDependencies): readonly Endpoint[] => [
  analyticsEndpoint({ answers, send, tell }),
  healthEndpoint(clock, send),
  contractEndpoint(send),
];
