import type { Kafka } from 'kafkajs';

/** KafkaJS's way to the brokers, which its consumers and admin clients are built on: as much of it as its makers' promise. */
export type MakeCluster = (options: object) => unknown;

/**
 * What KafkaJS makes its clusters with. It is no public interface: the version is pinned, and whoever uses what comes of
 * it checks that first.
 *
 * @throws when this KafkaJS is built in another way than 2.2.4
 */
export function clusterMaker(kafka: Kafka): { readonly symbol: symbol; readonly make: MakeCluster } {
  const symbol = Object.getOwnPropertySymbols(kafka).find(
    ({ description }) => description === 'private:Kafka:createCluster',
  );
  const create: unknown = symbol && Reflect.get(kafka, symbol);
  if (symbol === undefined || typeof create !== 'function')
    throw new Error('This KafkaJS makes its cluster in another way than 2.2.4.');
  return { symbol, make: (options) => Reflect.apply(create, kafka, [options]) as unknown };
}

/** Whether the value has all of these methods. */
export function hasMethods<Target>(
  value: unknown,
  names: readonly (keyof Target & string)[],
): value is Target {
  return (
    typeof value === 'object' &&
    value !== null &&
    names.every((name) => typeof Reflect.get(value, name) === 'function')
  );
}
