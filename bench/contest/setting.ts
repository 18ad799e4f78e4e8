import type { Lifecycle } from '../../src/lifecycle';
import type { Contest } from './contest';
import { installRivals } from './installed';
import { leaveTheFirstCore } from './machine';
import type { Options } from './options';
import { openPostgresTime } from './postgres-time';
import { openReaders } from './readers';
import { openStage, type Stage } from './stage';
import type { TownSize } from './town';

/** All that a contest over HTTP takes, but for the rivals. */
export interface Setting {
  readonly stage: Stage;
  readonly contest: Contest;
}

export interface SettingPlan {
  readonly options: Options;
  readonly town: TownSize;
  /** What the gateway gets beside what it has as in production. */
  readonly env?: NodeJS.ProcessEnv;
}

const FEW_PARTICIPANTS = 40;

/** @param lifecycle is given all that is started, to end it in reverse */
export async function openSetting(
  lifecycle: Lifecycle,
  { options, town, env }: SettingPlan,
): Promise<Setting> {
  await installRivals();
  leaveTheFirstCore();
  const { participantsOfEvent: most } = town;
  const participantsOfEvent = options.isShort ? Math.min(FEW_PARTICIPANTS, most) : most;
  const stage = await openStage(lifecycle, { ...town, participantsOfEvent }, env);
  const postgres = await openPostgresTime(stage.databaseUrl);
  lifecycle.own('a look at PostgreSQL', postgres);
  return { stage, contest: { readers: openReaders(lifecycle), postgres, options } };
}
