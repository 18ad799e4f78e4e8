import type { Audience } from '../auth/audience';
import type { Viewer } from '../auth/viewer';
import type { BusinessCalendar } from '../metrics/calendar';
import type { Sql } from '../platform/database/database';
import type { Instant } from '../schema/values';
import { type Loaders, loadersFor } from './loaders/loaders';

/** What every resolver of one operation shares. */
export interface OperationContext {
  readonly viewer: Viewer;
  readonly loaders: Loaders;
  readonly sql: Sql;
  readonly calendar: BusinessCalendar;
  /** One moment for the whole operation, so that its parts agree with each other. */
  readonly now: Instant;
  readonly industryRefreshMs: number;
  /** To be awaited ahead of each piece of computing: others are let pass when this turn of the loop has lasted long. */
  readonly giveWay: () => Promise<void>;
  /** Lets go of the snapshot that everything was read from. To be called when the operation is over. */
  close(): Promise<void>;
}

/** The same context, and what it has loaded, for what is to be shown to that audience. */
export function contextFor(audience: Audience, context: OperationContext): OperationContext {
  return { ...context, loaders: loadersFor(audience, context.loaders, context.sql) };
}
