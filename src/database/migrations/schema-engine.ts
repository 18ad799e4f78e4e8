import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  bindMigrationAwareSqlAdapterFactory,
  type SqlMigrationAwareDriverAdapterFactory,
} from '@prisma/driver-adapter-utils';
import type * as SchemaEngineModule from '@prisma/schema-engine-wasm';

export type SchemaEngine = SchemaEngineModule.SchemaEngine;

/**
 * Prisma's own schema engine, as WebAssembly: the engine behind `prisma migrate`, without the native binary that the
 * CLI would fetch from a host many networks do not reach. The package is published for bundlers (it imports its
 * `.wasm` as a module), so it is instantiated by hand here.
 */
export async function openSchemaEngine(
  factory: SqlMigrationAwareDriverAdapterFactory,
  datamodel?: { readonly path: string; readonly content: string },
): Promise<SchemaEngine> {
  const { SchemaEngine } = await loadEngine();
  const datamodels: [string, string][] | undefined = datamodel && [[datamodel.path, datamodel.content]];
  return SchemaEngine.new({ datamodels }, () => undefined, bindMigrationAwareSqlAdapterFactory(factory));
}

type EngineBindings = Pick<typeof SchemaEngineModule, 'SchemaEngine'>;

let loaded: Promise<EngineBindings> | undefined;

/** Once for the process: the bindings keep the instance in module state. */
function loadEngine(): Promise<EngineBindings> {
  loaded ??= instantiate();
  return loaded;
}

async function instantiate(): Promise<EngineBindings> {
  // The package's main entry imports the .wasm itself; the bindings beside it leave that to us.
  const bindings = await import('@prisma/schema-engine-wasm/schema_engine_bg');
  const folder = path.dirname(require.resolve('@prisma/schema-engine-wasm/schema_engine_bg'));
  const binary = readFileSync(path.join(folder, 'schema_engine_bg.wasm'));
  const { instance } = await WebAssembly.instantiate(binary, { './schema_engine_bg.js': { ...bindings } });
  bindings.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  return bindings;
}
