import type { Lifecycle } from '../../src/lifecycle';
import type { Contest } from './contest';
import { installRivals } from './installed';
import { leaveTheFirstCore } from './machine';
import { type Options, profiling } from './options';
import { openPostgresTime } from './postgres-time';
import { openReaders } from './readers';
import { openDeployment, type Deployment } from './deployment';
import type { ShopData } from './shop-data';

/** What a contest over HTTP needs, except the rivals. */
export interface Setting {
  readonly deployment: Deployment;
  readonly contest: Contest;
}

export interface SettingPlan {
  readonly options: Options;
  readonly shopData: ShopData;
  /** Variables of the gateway, added to those of production. */
  readonly env?: NodeJS.ProcessEnv;
}

/** @param lifecycle is given all that is started, to end it in reverse */
export async function openSetting(
  lifecycle: Lifecycle,
  { options, shopData, env }: SettingPlan,
): Promise<Setting> {
  await installRivals();
  leaveTheFirstCore();
  const nodeOptions = profiling(options.profiles);
  const deployment = await openDeployment(lifecycle, shopData, { ...(env && { env }), nodeOptions });
  const postgres = await openPostgresTime(deployment.databaseUrl);
  lifecycle.own('a look at PostgreSQL', postgres);
  return { deployment, contest: { readers: openReaders(lifecycle), postgres, options } };
}
