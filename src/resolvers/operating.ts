import type { Viewer } from '../auth/viewer';
import type { ReplayKind } from '../schema/enums';
import type { GatewayFigures } from '../schema/gateway-figures';

/** What came of replaying a letter, and why, where it was not applied. */
export interface ReplayResult {
  readonly outcome: ReplayKind;
  readonly reason?: string | undefined;
}

/** What a process tells of itself, and does, for those who operate the service. */
export interface Operating {
  /** Whatever /metrics says of it. */
  figures(): Promise<GatewayFigures>;
  /** @returns undefined where there is no such letter */
  replay(id: bigint, viewer: Viewer): Promise<ReplayResult | undefined>;
  /** To be called when what a letter holds is shown: participants' data may be in it. */
  noteShown(id: bigint, viewer: Viewer): void;
}
