import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { systemClock } from '../../src/runtime/clock';
import { EXAMPLE } from '../harness/contract/example-messages';
import { type ServiceProcess, startProcess } from '../harness/contract/service-process';
import { createHttpClient } from '../harness/http';
import { signToken, TEST_SECRET } from '../harness/service';

const STORY = path.join(__dirname, '../contract/example/messages.ndjson');

/** The built service as a process on loopback, with the event that the contract's examples name. */
export interface FuzzStage {
  readonly baseUrl: string;
  /** A token of the owner of that event's store. */
  readonly token: string;
  /** Ends it. @returns what it said, when it had ended by itself */
  close(): Promise<string | undefined>;
}

export async function openFuzzStage(): Promise<FuzzStage> {
  const folder = mkdtempSync(path.join(tmpdir(), 'analytics-fuzz-'));
  const service = startProcess({
    DATA_DIR: folder,
    JWT_SECRET: TEST_SECRET,
    BUSINESS_TIME_ZONE: EXAMPLE.timeZone,
    LOG_LEVEL: 'info',
  });
  const close = async (): Promise<string | undefined> => {
    const said = await endOf(service);
    rmSync(folder, { recursive: true, force: true });
    return said;
  };
  try {
    const { origin } = await service.ready();
    await tellStory(origin);
    const token = signToken(systemClock.now(), [EXAMPLE.storeId]);
    return { baseUrl: `${origin}/api`, token, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function tellStory(origin: string): Promise<void> {
  const admin = signToken(systemClock.now());
  const story = readFileSync(STORY, 'utf8');
  const { status, body } = await createHttpClient(origin).post(
    '/dev/events',
    admin,
    'application/x-ndjson',
    story,
  );
  if (status !== 200) throw new Error(`The story was not taken in: ${status} ${body}`);
}

async function endOf(service: ServiceProcess): Promise<string | undefined> {
  if (service.process.exitCode !== null || service.process.signalCode !== null) return service.said();
  await service.terminate();
  return undefined;
}
