import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { removeFolder } from '../../harness/machine/folders';
import { mountSmallDisk } from '../../harness/machine/small-disk';
import { freePort } from '../../harness/machine/ports';
import { waitFor } from '../../harness/wait-for';
import type { Fault, Findings, FaultContext } from '../fault';
import { checkDashboards } from '../checks/dashboards';
import type { CheckResult } from '../checks/check-result';
import { createShops, type Shops } from '../ledger/shops';
import { createEmbeddedTraffic, type EmbeddedTraffic } from '../ledger/embedded-traffic';
import { ask } from '../readers/ask';
import { type ServiceProcess, startServiceProcess } from '../deployment/service-process';
import { signToken } from '../deployment/deployment';

/** Embedded mode: everything in one process, the database in a folder. */

const SECRET = 'a secret of the faults, long enough for HS256';
const READY_MS = 60_000;
const AGAIN_MS = 30_000;
const LONGEST_READ_MS = 3_400;
const MEBIBYTE = 1024 * 1024;
const DISK_BYTES = 220 * MEBIBYTE;
/** So that the disk runs full within a transaction. */
const LEFT_BYTES = 24 * MEBIBYTE;

interface EmbeddedService {
  readonly shops: Shops;
  readonly traffic: EmbeddedTraffic;
  readonly problems: string[];
  process(): ServiceProcess;
  start(): Promise<void>;
  /** Compares its dashboards with what it has accepted. */
  check(): Promise<CheckResult>;
  /** Reads a dashboard. @returns how long the answer took in milliseconds */
  read(): Promise<number>;
}

async function openEmbedded(name: string, context: FaultContext, dataDir: string): Promise<EmbeddedService> {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const shops = createShops(name, context.random, Date.now());
  const token = (stores: readonly string[]): string => signToken(SECRET, stores);
  const traffic = createEmbeddedTraffic(shops, context.random, {
    origin: () => origin,
    token: token(shops.stores),
  });
  const problems: string[] = [];
  let current: ServiceProcess | undefined;
  context.own({ close: () => current?.kill() ?? Promise.resolve() });
  const process = (): ServiceProcess => {
    if (current === undefined) throw new Error('It was not started.');
    return current;
  };
  return {
    shops,
    traffic,
    problems,
    process,
    async start() {
      current = startServiceProcess({
        name,
        logFile: path.join(context.logFolder, `${name}.log`),
        env: { PORT: String(port), DATA_DIR: dataDir, JWT_SECRET: SECRET },
      });
      await waitFor(async () => process().ended !== undefined || (await isReady(origin)), {
        what: 'the service to be ready',
        timeoutMs: READY_MS,
      });
      if (process().ended !== undefined) throw new Error(`The service ended: ${process().ended}`);
    },
    check: () => checkDashboards([{ name, origin, token }], shops, traffic.ledger.valid()),
    async read() {
      const event = shops.events[0]!;
      const answer = await ask(origin, `/api/events/${event.eventId}/analytics`, token([event.storeId]));
      if (answer.status !== 200)
        problems.push(`a dashboard that is known: ${answer.failure ?? answer.status}`);
      return answer.tookMs;
    },
  };
}

async function isReady(origin: string): Promise<boolean> {
  return (await fetch(`${origin}/readyz`)).status === 200;
}

function registrations({ factory }: EmbeddedTraffic, count: number) {
  return Array.from({ length: count }, () => factory.registration());
}

/** Sends everything that was not accepted during the fault until it is. @returns how long that took */
async function untilAccepted({ traffic }: EmbeddedService): Promise<number> {
  const begun = Date.now();
  await waitFor(async () => (await traffic.post(registrations(traffic, 1))).isAccepted, {
    what: 'messages to be accepted again',
    timeoutMs: AGAIN_MS,
    everyMs: 250,
  });
  return Date.now() - begun;
}

/** Checks the service, and once more after a restart. */
async function conclude(
  service: EmbeddedService,
  seen: { readonly waits: readonly number[]; readonly wentOnMs: number | undefined },
): Promise<Findings> {
  const before = await service.check();
  await service.process().terminate();
  await service.start();
  const after = await service.check();
  const longestWaitMs = Math.max(0, ...seen.waits);
  const late = longestWaitMs > LONGEST_READ_MS ? [`a reader waited ${Math.round(longestWaitMs)} ms`] : [];
  return {
    lost: before.lost + after.lost,
    doubled: before.doubled + after.doubled,
    readers: `REST × ${seen.waits.length}`,
    longestWaitMs,
    wentOnMs: seen.wentOnMs,
    problems: [...before.problems, ...after.problems, ...service.problems, ...late],
  };
}

export const embeddedDiskFull: Fault = {
  name: 'embedded-disk-full',
  what: 'embedded: the disk under DATA_DIR runs full, and has room again 20 s later',
  isInShort: true,
  limitMs: 180_000,
  async run(context) {
    const disk = await mountSmallDisk(DISK_BYTES);
    context.own({ close: () => disk.remove() });
    const service = await openEmbedded('embedded-disk-full', context, path.join(disk.folder, 'data'));
    await service.start();
    const { traffic } = service;
    await traffic.post([...traffic.factory.definitions(), ...registrations(traffic, 300)]);
    await service.read();
    context.tell('filling the disk');
    disk.leave(LEFT_BYTES);
    const until = Date.now() + (context.isShort ? 10_000 : 20_000);
    const waits: number[] = [];
    const reading = (async () => {
      while (Date.now() < until) {
        waits.push(await service.read());
        await pause(200);
      }
    })();
    let refused = 0;
    while (Date.now() < until) {
      const { isAccepted } = await traffic.post(registrations(traffic, 500));
      if (!isAccepted && refused === 0) disk.leave(0);
      if (!isAccepted) refused += 1;
      await pause(100);
    }
    await reading;
    if (refused === 0) service.problems.push('everything was accepted: this was no fault');
    context.tell('there is room again');
    disk.giveBack();
    if (service.process().ended !== undefined) {
      service.problems.push(`it ended by itself (${service.process().ended})`);
      await service.start();
    }
    const wentOnMs = await untilAccepted(service);
    return conclude(service, { waits, wentOnMs });
  },
};

export const embeddedKilled: Fault = {
  name: 'embedded-killed',
  what: 'embedded: the process is killed 6 times while it applies messages',
  isInShort: false,
  limitMs: 180_000,
  async run(context) {
    const folder = mkdtempSync(path.join(tmpdir(), 'analytics-faults-embedded-'));
    context.own({ close: () => Promise.resolve(removeFolder(folder)) });
    const service = await openEmbedded('embedded-killed', context, path.join(folder, 'data'));
    await service.start();
    const { traffic } = service;
    await traffic.post(traffic.factory.definitions());
    for (let death = 0; death < 6; death++) {
      const killing = pause(context.random.between(20, 1_500)).then(() => service.process().kill());
      while (service.process().ended === undefined) await traffic.post(registrations(traffic, 50));
      await killing;
      await service.start();
      await untilAccepted(service);
    }
    return conclude(service, { waits: [await service.read()], wentOnMs: undefined });
  },
};
