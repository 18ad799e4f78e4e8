import { randomUUID } from 'node:crypto';
import { contract, exampleOf, SECURED } from '../harness/contract/openapi';
import { pathTo, type ServiceUnderContract, startUnderContract } from '../harness/contract/service';
import { violations } from '../harness/contract/validator';
import type { EventIds } from '../harness/messages';

let service: ServiceUnderContract;
beforeAll(async () => {
  service = await startUnderContract();
});
afterAll(() => service.stop());

it('every resource that needs a token is an event’s', () => {
  expect(SECURED).not.toEqual([]);
  expect(SECURED.filter((resource) => !resource.includes('{eventId}'))).toEqual([]);
});

// The client holds each answer against the contract: its body, and the code and the words of a failure.
describe.each(SECURED)('%s', (resource) => {
  let event: EventIds;
  beforeAll(async () => {
    event = await service.event();
  });

  const statusesOf = (id: string, tokens: readonly (string | undefined)[]) =>
    Promise.all(tokens.map(async (token) => (await service.http.get(pathTo(resource, id), token)).status));
  const admin = () => service.token();
  const owner = () => service.token([event.storeId]);
  const others = () => [service.token([randomUUID()]), service.token([])];

  const documented = Object.keys(contract.paths[resource]?.get.responses ?? {}).map(Number);

  it('documents each status that is expected below, and 500', () => {
    expect(documented).toEqual(expect.arrayContaining([200, 400, 401, 403, 404, 500]));
  });

  it.each(documented)('has a valid example of %d', (status) => {
    const contentType = 'application/json; charset=utf-8';
    const body = JSON.stringify(exampleOf(resource, status));
    expect(violations({ resource, method: 'GET', status, contentType, body })).toEqual([]);
  });

  it('is not for a viewer of another store, whether or not it has been read before: 403', async () => {
    expect(await statusesOf(event.eventId, others())).toEqual([403, 403]);
    expect(await statusesOf(event.eventId, [owner()])).toEqual([200]);
    expect(await statusesOf(event.eventId, others())).toEqual([403, 403]);
  });

  it('is for the owner and an admin, under each base: 200', async () => {
    expect(await statusesOf(event.eventId, [owner(), admin()])).toEqual([200, 200]);
    const production = pathTo(resource, event.eventId, '/analytics/v1');
    expect((await service.http.get(production, owner())).status).toBe(200);
  });

  it('looks at the token first: 401', async () => {
    for (const id of ['not-a-uuid', randomUUID(), event.eventId]) {
      expect(await statusesOf(id, [undefined, 'invalid'])).toEqual([401, 401]);
      const { headers } = await service.http.get(pathTo(resource, id));
      expect(headers['www-authenticate']).toBe('Bearer');
    }
  });

  it('looks at the id next: 400 to every viewer', async () => {
    for (const id of ['not-a-uuid', '', '%ZZ', `${event.eventId}0`]) {
      expect(await statusesOf(id, [admin(), owner(), ...others()])).toEqual([400, 400, 400, 400]);
    }
  });

  it('is not there for an unknown event: 404 to every viewer', async () => {
    expect(await statusesOf(randomUUID(), [admin(), owner(), ...others()])).toEqual([404, 404, 404, 404]);
  });
});
