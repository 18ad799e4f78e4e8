import type { DrillDeployment } from './deployment/deployment';

/** What an operator practises on: one thing that is wrong with a deployment that was whole. */
export interface DrillFault {
  /** What it was, told at the end. */
  readonly was: string;
  /** Alerts that go on for a quarter of an hour and more after it is mended: they are about what has been. */
  readonly lingering?: readonly string[];
  /** Sets it. What it opens for that, the deployment owns. */
  set(deployment: DrillDeployment): Promise<Mend>;
  /** Whether an operator can see it: an alert, or what docs/operations.md begins from. */
  shows(deployment: DrillDeployment): Promise<boolean>;
}

/** Undoes a fault as an operator would. */
export type Mend = () => Promise<unknown>;
