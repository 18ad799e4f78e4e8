import { developmentToken } from './commands/development-token';
import { startService } from './composition';
import { vocabulary } from './composition/vocabulary';
import { loadProcessConfig } from './config';
import { ConfigError } from './config/problems';
import { createLifecycle } from './lifecycle';
import { createLogger } from './observability/log';
import { traceFieldsOfLog } from './observability/traces/current-span';
import { compileWebAssemblyLate, keepHeapSmall } from './runtime/engine';

/** Runs the configured service until a signal stops it. */
async function main(): Promise<void> {
  const config = loadProcessConfig(vocabulary);
  if (config.database.kind !== 'embedded') compileWebAssemblyLate();
  if (!config.roles.has('gateway')) keepHeapSmall();
  const log = createLogger({
    level: config.logLevel,
    ...(config.traces && { contextFields: traceFieldsOfLog }),
  });
  const lifecycle = createLifecycle({ timeoutMs: config.shutdownTimeoutMs, log });
  const stop = async (exitCode: number): Promise<never> => {
    const { failures, hung } = await lifecycle.stop();
    process.exit(failures.length + hung.length > 0 ? 1 : exitCode);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      log.info({ signal }, 'stopping');
      void stop(0);
    });
  }
  try {
    const { port, developmentKey, clock } = await startService(config, {
      lifecycle,
      log,
      waitsForDatabase: true,
    });
    lifecycle.markReady();
    // To the terminal: tokens must not be in the log.
    if (config.gateway !== undefined && developmentKey !== undefined) {
      const token = developmentToken(config.gateway.token, developmentKey, clock.now());
      console.log(`A token for trying it out: ${token}`);
    }
    log.info({ port, roles: [...config.roles], embedded: config.isEmbedded }, 'ready');
  } catch (error) {
    // A start that a signal interrupted has not failed.
    if (lifecycle.status !== 'starting') return stop(0);
    log.fatal({ err: error }, 'could not start');
    await stop(1);
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof ConfigError ? error.message : error);
  process.exit(2);
});
