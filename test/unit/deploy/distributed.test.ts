import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { load } from '../config/load';

const PROJECT = path.join(__dirname, '../../..');
const read = (file: string): string => readFileSync(path.join(PROJECT, file), 'utf8');

const environment = z.record(z.string(), z.coerce.string());
const compose = z.object({
  services: z.record(
    z.string(),
    z.object({ environment: environment.optional(), build: z.string().optional() }),
  ),
});
const { services } = compose.parse(parse(read('compose.distributed.yaml'), { merge: true }));
const named = (begin: string): string[] => Object.keys(services).filter((name) => name.startsWith(begin));

/** As compose fills them in where nothing is given. */
function environmentOf(service: string): NodeJS.ProcessEnv {
  const given = services[service]?.environment ?? {};
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, value.replace(/\$\{\w+:-([^}]*)\}/, '$1')]),
  );
}

describe('compose.distributed.yaml', () => {
  const ours = Object.keys(services).filter((name) => services[name]?.build !== undefined);

  test('has two gateways and a worker, which can be made several', () => {
    expect(ours).toEqual(['gateway-1', 'gateway-2', 'worker']);
  });

  test.each(ours)('starts %s over servers that are there', (name) => {
    const { roles, database, redis, kafka } = load(environmentOf(name));
    expect([...roles]).toEqual([name.startsWith('gateway') ? 'gateway' : 'worker']);
    expect(database).toMatchObject({ kind: 'postgres', distribution: 'citus' });
    expect(named('citus-')).toContain(database.kind === 'postgres' ? new URL(database.url).hostname : '');
    expect(redis).toMatchObject({ kind: 'cluster' });
    const nodes = redis?.kind === 'cluster' ? redis.nodes.map(({ host }) => host) : [];
    expect(named('redis-')).toEqual(expect.arrayContaining(nodes));
    expect(kafka?.brokers).toEqual(named('kafka-').map((broker) => `${broker}:9092`));
  });

  test.each(named('kafka-'))('gives %s its own place among the others', (name) => {
    const given = environmentOf(name);
    const voters = named('kafka-').map((broker, index) => `${index + 1}@${broker}:9093`);
    expect(given['KAFKA_CONTROLLER_QUORUM_VOTERS']).toBe(voters.join());
    expect(voters).toContain(`${given['KAFKA_NODE_ID']}@${name}:9093`);
    expect(given['KAFKA_ADVERTISED_LISTENERS']).toBe(`INSIDE://${name}:9092`);
  });

  test('has nginx ask each gateway', () => {
    const asked = [...read('deploy/nginx/gateways.conf').matchAll(/^ {2}server ([\w-]+):8084;$/gm)];
    expect(asked.map(([, name]) => name)).toEqual(named('gateway-'));
  });
});
