/** Why an operation is not executed, or not to its end, because of a limit. */
export const REFUSALS = [
  'OPERATION_TOO_LARGE',
  'OPERATION_TOO_COSTLY',
  'TOO_MANY_REQUESTS',
  'SERVICE_OVERLOADED',
  'OPERATION_TIMEOUT',
] as const;
export type Refusal = (typeof REFUSALS)[number];
