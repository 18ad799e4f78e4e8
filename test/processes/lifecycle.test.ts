import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { WatchCountDocument } from '../../src/generated/test-operations';
import { analyticsPath } from '../harness/contract/service';
import { type ServiceProcess, startProcess } from '../harness/contract/service-process';
import { layOutEmbedded } from '../harness/database/embedded-template';
import { createHttpClient } from '../harness/http';
import { openSseClient, openWebSocketClient } from '../harness/live/clients';
import { watch } from '../harness/live/watching';
import { eventCreated, newEvent } from '../harness/messages';
import { waitFor } from '../harness/wait-for';

describe('the service as a process', () => {
  const started: ServiceProcess[] = [];
  const folders: string[] = [];
  const start = (env: NodeJS.ProcessEnv): ServiceProcess => {
    const service = startProcess(env);
    started.push(service);
    return service;
  };
  const newFolder = (): string => {
    const folder = mkdtempSync(path.join(tmpdir(), 'analytics-process-'));
    folders.push(folder);
    return folder;
  };
  // Whatever a test came to, nothing of it runs on.
  afterEach(async () => {
    await Promise.all(started.splice(0).map((service) => service.terminate('SIGKILL')));
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  });

  it('prints a token that works, keeps its data over a restart, and shares its folder with no other process', async () => {
    const DATA_DIR = newFolder();
    const event = newEvent();
    const first = start({ DATA_DIR });
    const { origin, token } = await first.ready();
    const message = JSON.stringify([{ topic: 'event.created', value: eventCreated(event) }]);
    const http = createHttpClient(origin);
    expect((await http.post('/dev/events', token, 'application/json', message)).json()).toMatchObject({
      accepted: 1,
    });
    expect((await http.get(analyticsPath(event.eventId), token)).status).toBe(200);

    const second = start({ DATA_DIR });
    expect(await second.ended()).not.toBe(0);
    expect(second.said()).toContain(`in use by process ${first.process.pid}`);
    expect((await http.get(analyticsPath(event.eventId), token)).status).toBe(200);

    expect(await first.terminate()).toBe(0);
    const third = start({ DATA_DIR });
    const again = await third.ready();
    // The key was made up at start, so the old token is no longer valid.
    const after = createHttpClient(again.origin);
    expect((await after.get(analyticsPath(event.eventId), token)).status).toBe(401);
    expect((await after.get(analyticsPath(event.eventId), again.token)).status).toBe(200);

    // However it ends, its folder can be used again.
    await third.terminate('SIGKILL');
    const fourth = await start({ DATA_DIR }).ready();
    expect(
      (await createHttpClient(fourth.origin).get(analyticsPath(event.eventId), fourth.token)).status,
    ).toBe(200);
  });

  /** The data of a service that has been here before, which is there at once. */
  const usedFolder = async (): Promise<string> => {
    const folder = newFolder();
    await layOutEmbedded(path.join(folder, 'postgres'));
    return folder;
  };

  it('ends with 0 when it is told to while a request is running, and answers that request', async () => {
    const service = start({ DATA_DIR: await usedFolder() });
    const { origin, token } = await service.ready();
    const body = JSON.stringify(
      Array.from({ length: 500 }, () => ({ topic: 'event.created', value: eventCreated(newEvent()) })),
    );
    const { port } = new URL(origin);
    const socket = connect(Number(port), '127.0.0.1');
    let received = '';
    socket.on('data', (chunk) => (received += String(chunk)));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    const half = Math.floor(Buffer.byteLength(body) / 2);
    // Half of the request is there when the signal comes; the rest follows.
    socket.write(
      `POST /dev/events HTTP/1.1\r\nHost: here\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\n` +
        `Content-Length: ${Buffer.byteLength(body)}\r\nExpect: 100-continue\r\n\r\n`,
    );
    await new Promise((resolve) => socket.once('data', resolve));
    socket.write(Buffer.from(body).subarray(0, half));
    const ended = service.terminate();
    socket.write(Buffer.from(body).subarray(half));

    expect(await ended).toBe(0);
    await closed;
    expect(received).toContain('HTTP/1.1 200 OK');
    expect(received).toContain('"accepted":500');
  });

  it('tells every socket that it goes away, and breaks every stream off so that it is taken up elsewhere', async () => {
    const service = start({ DATA_DIR: await usedFolder() });
    const { origin, token = '' } = await service.ready();
    const { eventId, ...event } = newEvent();
    const message = JSON.stringify([{ topic: 'event.created', value: eventCreated({ eventId, ...event }) }]);
    await createHttpClient(origin).post('/dev/events', token, 'application/json', message);
    const socket = openWebSocketClient(origin, { token });
    const stream = openSseClient(origin, { token });
    try {
      const watching = [socket, stream].map((client) =>
        watch(client, WatchCountDocument, { eventId, afterVersion: null }),
      );
      await Promise.all(watching.map((each) => each.until(() => true, 'the first value')));

      expect(await service.terminate()).toBe(0);
      await waitFor(() => socket.closed, { what: 'the socket to be told', timeoutMs: 5_000 });
      expect(socket.closed).toEqual({ code: 1001, reason: 'Going away' });
      // A completed stream would not be opened again: this one ends with a failure.
      await waitFor(() => watching[1]?.isOver, { what: 'the stream to end', timeoutMs: 5_000 });
      expect(watching[1]?.failure).toBeDefined();
    } finally {
      socket.dispose();
      stream.dispose();
    }
  });

  it('names everything that is wrong with its configuration at once, and ends with 2', async () => {
    const service = start({
      DATA_DIR: newFolder(),
      PORT: 'eighty',
      BUSINESS_TIME_ZONE: 'Mars/Olympus',
      ROLES: 'cook',
    });
    expect(await service.ended()).toBe(2);
    for (const name of ['PORT', 'BUSINESS_TIME_ZONE', 'ROLES']) expect(service.said()).toContain(name);
    expect(service.said()).not.toMatch(/\n\s+at /);
  });

  it('refuses to run in production without a key', async () => {
    const service = start({ DATA_DIR: newFolder(), NODE_ENV: 'production' });
    expect(await service.ended()).toBe(2);
    expect(service.said()).toContain('JWT_SECRET');
  });
});
