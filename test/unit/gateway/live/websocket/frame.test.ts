import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import { textFrame } from '../../../../../src/gateway/live/websocket/frame';

describe('a frame', () => {
  let http: Server;
  let client: WebSocket;
  let wire: Duplex;

  beforeAll(async () => {
    http = createServer().listen(0, '127.0.0.1');
    await once(http, 'listening');
    const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
    const upgraded = new Promise<Duplex>((resolve) =>
      http.once('upgrade', (request, socket, head) =>
        sockets.handleUpgrade(request, socket, head, () => resolve(socket)),
      ),
    );
    client = new WebSocket(`ws://127.0.0.1:${(http.address() as AddressInfo).port}`);
    wire = await upgraded;
  });
  afterAll(() => {
    client.terminate();
    http.close();
  });

  /** What a client's `ws` reads from these bytes. */
  async function received(frame: Buffer): Promise<{ text: string; isBinary: boolean }> {
    const message = once(client, 'message') as Promise<[Buffer, boolean]>;
    wire.write(frame);
    const [data, isBinary] = await message;
    return { text: data.toString(), isBinary };
  }

  // On either side of where the length takes more bytes (RFC 6455, section 5.2).
  it.each([0, 1, 125, 126, 127, 65_535, 65_536, 200_000])(
    'of %d bytes is read as it was written',
    async (length) => {
      const text = 'x'.repeat(length);
      const frame = textFrame([Buffer.from(text.slice(0, 1)), Buffer.from(text.slice(1))]);
      expect(await received(frame)).toEqual({ text, isBinary: false });
    },
  );

  it('joins its parts, whatever their alphabet', async () => {
    const parts = ['{"상품":', '"쿠폰 🎁"', '}'];
    const frame = textFrame(parts.map((part) => Buffer.from(part)));
    expect((await received(frame)).text).toBe(parts.join(''));
  });
});
