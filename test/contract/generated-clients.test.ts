import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { compileJava, generateClients, modelsIn } from '../harness/generated-client/generator';
import { blockOf, type Settings, settingsFor } from '../harness/generated-client/page';
import { run } from '../harness/machine/commands';
import { salesRecorded } from '../harness/messages';
import { type ServiceUnderContract, startUnderContract } from '../harness/contract/service';

/** What one message may say at most. */
const LARGEST_SALE = 1_000_000_000_000;
const SALES = 7;
const PROGRAM = blockOf('java', 'From Java');

const without = (settings: Settings, ...names: readonly string[]): Settings =>
  new Map([...settings].filter(([name]) => !names.includes(name)));

describe('the clients that docs/rest.md has generated', () => {
  let folder: string;
  let service: ServiceUnderContract;
  let args: readonly string[];
  const client = (name: string): string => path.join(folder, name);

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'analytics-clients-'));
    service = await startUnderContract();
    const { eventId, storeId } = await service.event();
    const sales = Array.from({ length: SALES }, () => salesRecorded(storeId, LARGEST_SALE));
    await service.send('sales.recorded', ...sales);
    args = [`${service.origin}/api`, service.token([storeId]), eventId];
    const wide = client('wide.yaml');
    writeFileSync(wide, await widened());
    const [java, csharp] = [settingsFor('Java'), settingsFor('C#')];
    const clients = {
      java: { settings: java },
      javaAsItComes: { settings: without(java, 'type-mappings') },
      kotlin: { settings: settingsFor('Kotlin') },
      csharp: { settings: csharp },
      csharpFromCopy: { settings: without(csharp, 'library', 'type-mappings'), contract: wide },
    };
    await generateClients(clients, folder);
  });
  afterAll(async () => {
    await service.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** The copy of the contract that the page's command makes. */
  const widened = (): Promise<string> => {
    const command = blockOf('sh', 'Any other generator').replace('https://analytics.example', service.origin);
    return run({ program: 'sh', args: ['-c', command.replace(/ > .*$/m, '')] });
  };

  it('read seven trillion won in Java, to the won', async () => {
    const { run: ask } = await compileJava(PROGRAM, client('java'));
    const won = SALES * LARGEST_SALE;
    // Beside the costs of the event: more digits than a float has.
    expect(await ask(args)).toBe(`${won} won, ${((won - 600_000) / 6_000).toFixed(1)} %\n`);
  });

  it('fail in Java when nothing is set', async () => {
    const { run: ask } = await compileJava(PROGRAM, client('javaAsItComes'));
    await expect(ask(args)).rejects.toThrow(`(${SALES * LARGEST_SALE}) out of range of int`);
  });

  it.each([
    ['kotlin', '.kt', 'val totalRevenue: kotlin.Long', /kotlin\.(Int|Float)\b/],
    ['csharp', '.cs', 'public long TotalRevenue ', /\b(int|float)\?? [A-Z]|GetInt32|GetSingle/],
    ['csharpFromCopy', '.cs', 'public long TotalRevenue ', /\b(int|float)\?? [A-Z]|GetInt32|GetSingle/],
  ])('have 64 bits for every figure in %s', (name, extension, totalRevenue, narrow) => {
    const models = modelsIn(client(name), extension);
    expect(models).toContain(totalRevenue);
    expect(models).not.toMatch(narrow);
  });
});
