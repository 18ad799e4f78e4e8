import type { Host } from '../../../config/redis-address';

/** What a node of a cluster says of itself, and of the others. */
export interface ClusterView {
  readonly id: string;
  readonly isMaster: boolean;
  /** Rises whenever slots come to it from another node, by a fail-over or because they were moved. */
  readonly epoch: number;
  /** The slots that it serves, first and last of each range. */
  readonly slots: readonly (readonly [number, number])[];
  /** Where the other masters are that have not failed, as far as it knows. */
  readonly masters: readonly Host[];
}

/** "id ip:port@busport,hostname flags master ping pong epoch link slots…": https://redis.io/commands/cluster-nodes/ */
interface NodeLine {
  readonly id: string;
  readonly host: Host | undefined;
  readonly flags: readonly string[];
  readonly epoch: number;
  readonly slots: readonly (readonly [number, number])[];
}

/** Of a node that is not one of them yet, or is gone. */
const UNUSABLE = ['fail', 'handshake', 'noaddr'];

/** @param reply what CLUSTER NODES says. @throws Error when the node that was asked is not in it */
export function toClusterView(reply: string): ClusterView {
  const nodes = reply
    .split('\n')
    .filter((line) => line !== '')
    .map(toNodeLine);
  const own = nodes.find(({ flags }) => flags.includes('myself'));
  if (own === undefined) throw new Error('CLUSTER NODES does not name the node that was asked.');
  const masters = nodes.filter(
    (node) =>
      node !== own && node.flags.includes('master') && !node.flags.some((flag) => UNUSABLE.includes(flag)),
  );
  return {
    id: own.id,
    isMaster: own.flags.includes('master'),
    epoch: own.epoch,
    slots: own.slots,
    masters: masters.flatMap(({ host }) => host ?? []),
  };
}

function toNodeLine(line: string): NodeLine {
  const [id = '', address = '', flags = '', , , , epoch = '', , ...slots] = line.split(' ');
  if (!/^\d+$/.test(epoch)) throw new Error('CLUSTER NODES has a line that cannot be read.');
  return {
    id,
    host: toHost(address),
    flags: flags.split(','),
    epoch: Number(epoch),
    slots: slots.map(toRange).filter((range) => range !== undefined),
  };
}

/** The host name is preferred, for the sake of certificates. */
function toHost(address: string): Host | undefined {
  const { ip, port, name } =
    /^(?<ip>.*):(?<port>\d+)(?:@\d+)?(?:,(?<name>[^,]*))?/.exec(address)?.groups ?? {};
  const host = name || ip;
  return host === undefined || host === '' ? undefined : { host, port: Number(port) };
}

/** Slots on their way, "[93->-id]", are still those of the node that they leave. */
function toRange(text: string): readonly [number, number] | undefined {
  const { first, last } = /^(?<first>\d+)(?:-(?<last>\d+))?$/.exec(text)?.groups ?? {};
  return first === undefined ? undefined : [Number(first), Number(last ?? first)];
}
