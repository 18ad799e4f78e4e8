import 'reflect-metadata';
import type { Lifecycle } from '../src/lifecycle';
import { runCommand } from './contest/command';
import type { Options } from './contest/options';
import { measureGateway } from './memory/gateway';
import { type Row, toTable } from './memory/results';
import { measureWorkers } from './memory/workers';

const ABOUT = `npm run bench:memory -- [options]

Measures what a gateway keeps for each subscriber and for each event that is watched, and a worker for each partition: what is in
use behind a collection of garbage, of V8 and beside it, without what the system keeps for sockets.
`;

runCommand({ about: ABOUT, defaults: {}, measure, toTable });

async function measure(lifecycle: Lifecycle, { isShort }: Options): Promise<readonly Row[]> {
  const gateway = await measureGateway(lifecycle, isShort ? 100 : 1_000);
  const workers = await measureWorkers(lifecycle, isShort ? [1, 4] : [1, 40]);
  return [...gateway, ...workers];
}
