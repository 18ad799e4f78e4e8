import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { watchHealth } from '../../hostile/health/health-watch';
import { lostMs } from '../../hostile/health/processor';

/** Answers at once, but for `/stall`: there it works for 400 ms of processor time and lets no other request in between. */
const SERVER = `
  const server = require('node:http').createServer((request, response) => {
    const before = process.cpuUsage();
    const worked = () => { const { user, system } = process.cpuUsage(before); return user + system; };
    while (request.url === '/stall' && worked() < 400_000);
    response.end('{}');
  });
  server.listen(0, '127.0.0.1', () => console.log(server.address().port));
`;

describe('watching the health of a service from outside', () => {
  let child: ChildProcess;
  let origin: string;

  beforeAll(async () => {
    child = spawn(process.execPath, ['-e', SERVER], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [port] = (await once(child.stdout!, 'data')) as [Buffer];
    origin = `http://127.0.0.1:${port.toString().trim()}`;
  });

  afterAll(() => child.kill());

  it('sees how long one request holds up everybody', async () => {
    const watch = watchHealth(origin, child.pid!);
    await watch.started;
    await (await fetch(`${origin}/stall`)).text();
    const { asked, failed, longestMs, longestOwnMs } = watch.stop();
    expect({ failed, isAsked: asked > 0 }).toEqual({ failed: 0, isAsked: true });
    // The first that is asked at that time may be asked a while after the request has begun.
    expect(longestOwnMs).toBeGreaterThan(250);
    expect(longestMs).toBeGreaterThanOrEqual(longestOwnMs);
  });

  it('takes off what the machine had no processor for, but for what the service took itself', () => {
    const begun = { waitedMs: 10, besidesMs: 5 };
    expect(lostMs(begun, { waitedMs: 210, besidesMs: 5 })).toBe(200);
    expect(lostMs(begun, { waitedMs: 210, besidesMs: 155 })).toBe(50);
    expect(lostMs(begun, { waitedMs: 10, besidesMs: 155 })).toBe(0);
  });
});
