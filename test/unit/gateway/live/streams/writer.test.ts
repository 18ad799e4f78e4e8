import { createServer, get, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  DISTINCT_EVENTS,
  EVENT_STREAM,
  eventsOf,
  MULTIPART,
} from '../../../../../src/gateway/live/streams/formats';
import {
  createStreamWriter,
  type StreamWriter,
  type WriterLimits,
} from '../../../../../src/gateway/live/streams/writer';
import { waitFor } from '../../../../harness/wait-for';

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
/** Of 100 kB: a few hundred of them are more than the buffers of the kernel hold. */
const large = (n: number): Buffer => json({ n, text: 'x'.repeat(100_000) });

describe('the writer of a stream', () => {
  let server: Server;
  let cuts: number;

  beforeEach(async () => {
    cuts = 0;
    server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  /** Opens a stream, whose client may pause. */
  async function open(
    format = EVENT_STREAM,
    limits: Partial<WriterLimits> = {},
  ): Promise<{
    writer: StreamWriter;
    response: ServerResponse;
    client: IncomingMessage;
    text: () => string;
  }> {
    const asked = new Promise<ServerResponse>((resolve) =>
      server.once('request', (_request, response) => resolve(response)),
    );
    const answered = new Promise<IncomingMessage>((resolve) =>
      get({ port: (server.address() as AddressInfo).port, host: '127.0.0.1' }, resolve),
    );
    const response = await asked;
    const writer = createStreamWriter(
      format,
      () => {
        cuts += 1;
        response.destroy();
      },
      limits,
    );
    writer.start(response);
    const client = await answered;
    let text = '';
    client.on('error', () => undefined);
    client.on('data', (data: Buffer) => (text += data.toString()));
    return { writer, response, client, text: () => text };
  }
  const until = (holds: () => boolean, what: string) =>
    waitFor(holds, { what, timeoutMs: 10_000, everyMs: 5 });

  it('writes nothing behind the end', async () => {
    const { writer, response, client, text } = await open(EVENT_STREAM, { heartbeatMs: 5 });
    const failures: unknown[] = [];
    response.on('error', (error) => failures.push(error));
    const sender = writer.open(eventsOf('1'));
    sender.sendLatest(json(1));
    await until(() => text().includes('"payload":1'), 'the first value');
    await until(() => {
      writer.end();
      return response.writableEnded;
    }, 'the end to be written');
    sender.sendLatest(json(2));
    writer.end();
    await until(() => client.complete, 'the end to be read');
    expect(failures).toEqual([]);
    expect(text()).not.toContain('"payload":2');
  });

  it('sends nothing for an operation that is over', async () => {
    const { writer, client, text } = await open();
    const [failed, left, last] = ['failed', 'left', 'last'].map((id) => writer.open(eventsOf(id)));
    failed!.sendFailure(json({ errors: [] }));
    failed!.sendLatest(json('late'));
    left!.drop();
    left!.sendLatest(json('late'));
    last!.sendLast(json('on time'));
    last!.sendLatest(json('late'));
    writer.end();
    await until(() => client.complete, 'the end');
    expect(text()).toContain('on time');
    expect(text()).not.toContain('"late"');
  });

  it('writes each value, then the last, then ends', async () => {
    const { writer, client, text } = await open();
    const sender = writer.open(eventsOf('a"b'));
    sender.sendLatest(json(1));
    await until(() => text().includes('"payload":1'), 'the first value');
    sender.sendLast(json(2));
    writer.end();
    await until(() => client.complete, 'the end');
    expect(text()).toBe(
      ':\n\n' +
        'event: next\ndata: {"id":"a\\"b","payload":1}\n\n' +
        'event: next\ndata: {"id":"a\\"b","payload":2}\n\n' +
        'event: complete\ndata: {"id":"a\\"b"}\n\n',
    );
  });

  it('writes multipart: the delimiter of the next part stands behind each part', async () => {
    const { writer, client, text } = await open(MULTIPART, { heartbeatMs: 20 });
    const head = '--graphql\r\nContent-Type: application/json\r\n\r\n';
    await until(() => text().startsWith(`${head}{}\r\n--graphql`), 'a heartbeat');
    expect(client.headers['content-type']).toBe('multipart/mixed;boundary="graphql";subscriptionSpec="1.0"');
    const sender = writer.open(MULTIPART.operation);
    sender.sendLatest(json({ data: 1 }));
    await until(() => text().includes(`${head}{"payload":{"data":1}}\r\n--graphql`), 'a value');
    sender.sendFailure(json([{ message: 'no' }]));
    writer.end();
    await until(() => client.complete, 'the end');
    expect(text()).toMatch(/\r\n\r\n\{"payload":null,"errors":\[\{"message":"no"\}\]\}\r\n--graphql--\r\n$/);
  });

  it('gives a client that reads slowly the latest value of each operation, and few of those before', async () => {
    const { writer, response, client, text } = await open();
    const senders = ['a', 'b'].map((id) => writer.open(eventsOf(id)));
    client.pause();
    for (let n = 1; n <= 1_000; n += 1) {
      for (const sender of senders) sender.sendLatest(large(n));
      if (n % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
      expect(response.writableLength).toBeLessThan(300_000);
    }
    client.resume();
    await until(() => text().split('"n":1000,').length === 3, 'the latest values');
    expect(text().split('event: next').length).toBeLessThan(500);
  });

  it('cuts a client that reads nothing for too long', async () => {
    const { writer, response, client } = await open(EVENT_STREAM, { slowTimeoutMs: 100 });
    const sender = writer.open(eventsOf('a'));
    client.pause();
    await waitFor(
      () => {
        sender.sendLatest(large(1));
        return response.destroyed;
      },
      { what: 'the cut', timeoutMs: 10_000, everyMs: 1 },
    );
    expect(cuts).toBe(1);
  });

  it('cuts a client that keeps asking and does not read the answers', async () => {
    const { writer, response, client } = await open();
    client.pause();
    for (let n = 1; n < 1_000 && !response.destroyed; n += 1) {
      writer.open(eventsOf(`${n}`)).sendLast(large(n));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(cuts).toBe(1);
  });

  it('sends no value that waits to a client that lost the right to it', async () => {
    const writer = createStreamWriter(DISTINCT_EVENTS, () => undefined);
    const sender = writer.open(DISTINCT_EVENTS.operation);
    sender.sendLatest(json('secret'));
    sender.sendFailure(json([{ message: 'no' }]));
    server.once('request', (_request, response) => {
      writer.start(response);
      writer.end();
    });
    const text = await (await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)).text();
    expect(text).toBe(':\n\nevent: next\ndata: {"errors":[{"message":"no"}]}\n\nevent: complete\ndata:\n\n');
  });
});
