import type { Lifecycle } from '../../src/lifecycle';
import type { Contest } from './contest';
import { installRivals } from './installed';
import { leaveTheFirstCore } from './machine';
import { type Options, profiling } from './options';
import { openPostgresTime } from './postgres-time';
import { openReaders } from './readers';
import { openStage, type Stage } from './stage';
import type { Town } from './town';

/** All that a contest over HTTP takes, but for the rivals. */
export interface Setting {
  readonly stage: Stage;
  readonly contest: Contest;
}

export interface SettingPlan {
  readonly options: Options;
  readonly town: Town;
  /** What the gateway gets beside what it has as in production. */
  readonly env?: NodeJS.ProcessEnv;
}

/** @param lifecycle is given all that is started, to end it in reverse */
export async function openSetting(
  lifecycle: Lifecycle,
  { options, town, env }: SettingPlan,
): Promise<Setting> {
  await installRivals();
  leaveTheFirstCore();
  const nodeOptions = profiling(options.profiles);
  const stage = await openStage(lifecycle, town, { ...(env && { env }), nodeOptions });
  const postgres = await openPostgresTime(stage.databaseUrl);
  lifecycle.own('a look at PostgreSQL', postgres);
  return { stage, contest: { readers: openReaders(lifecycle), postgres, options } };
}
