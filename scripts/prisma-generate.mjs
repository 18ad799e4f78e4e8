// `prisma generate` needs no engine, only the start-up of its command line looks for one and would download it from a
// host that many networks do not reach. Any existing file satisfies it. (Migrations are another matter: they are
// written and applied by the same engine as WebAssembly, see src/database/migrations/schema-engine.ts.)
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';

const cli = createRequire(import.meta.url).resolve('prisma/build/index.js');
const { status } = spawnSync(process.execPath, [cli, 'generate'], {
  stdio: 'inherit',
  env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, PRISMA_HIDE_UPDATE_MESSAGE: '1' },
});
process.exit(status ?? 1);
