import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { askerOf } from '../../../../src/gateway/operations/asker';

describe('a client that waits for an HTTP answer', () => {
  const server = createServer();
  const arrivals: ServerResponse[] = [];
  beforeAll(async () => {
    server.on('request', (_request, response: ServerResponse) => void arrivals.push(response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  async function arrival() {
    const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
    const arrived = once(server, 'request');
    client.write('GET / HTTP/1.1\r\nHost: here\r\n\r\n');
    await arrived;
    const response = arrivals.pop();
    if (response === undefined) throw new Error('No request has arrived.');
    return { client, response };
  }

  it('has it once the connection has taken it in', async () => {
    const { client, response } = await arrival();
    const { gone, answered } = askerOf(response);
    response.end('an answer');
    await answered;
    expect(gone.aborted).toBe(false);
    client.destroy();
  });

  it('has gone when the connection is closed ahead of that', async () => {
    const { client, response } = await arrival();
    const { gone, answered } = askerOf(response);
    client.destroy();
    await answered;
    expect(gone.aborted).toBe(true);
  });

  it('has gone, too, where that was before anybody looked', async () => {
    const { client, response } = await arrival();
    client.destroy();
    await once(response, 'close');
    const { gone, answered } = askerOf(response);
    expect(gone.aborted).toBe(true);
    await answered;
  });
});
