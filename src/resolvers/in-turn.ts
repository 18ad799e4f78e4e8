import type { OperationContext } from './context';

type Turn = Pick<OperationContext, 'giveWay' | 'mayGoOn'>;

/**
 * Computes one piece when it is its turn: without a promise as long as nobody has to be let pass, so that all that is
 * above it in the answer need not wait for one either. Of 50 dashboards with two sections that is a fifth of the processor
 * time.
 */
export function inTurn<Made>({ giveWay, mayGoOn }: Turn, compute: () => Made): Made | Promise<Made> {
  return mayGoOn() ? compute() : giveWay().then(compute);
}
