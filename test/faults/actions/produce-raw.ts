import { once } from 'node:events';
import { connect } from 'node:net';

/** A record with what KafkaJS cannot write: a header whose value is null. */
export interface RawRecord {
  readonly value: Buffer;
  readonly headers: readonly (readonly [name: string, value: Buffer | null])[];
}

const PRODUCE = 0;
const VERSION = 3;
const ACKS_ALL = -1;
const TIMEOUT_MS = 10_000;
const NO_ERROR = 0;

/** Writes one record to a partition in Kafka's own protocol. @returns its offset */
export async function produceRaw(
  broker: string,
  topic: string,
  partition: number,
  record: RawRecord,
): Promise<bigint> {
  const batch = toBatch(record);
  const request = Buffer.concat([
    int16(PRODUCE),
    int16(VERSION),
    int32(1),
    text('faults'),
    int16(-1),
    int16(ACKS_ALL),
    int32(TIMEOUT_MS),
    int32(1),
    text(topic),
    int32(1),
    int32(partition),
    int32(batch.length),
    batch,
  ]);
  const answer = await exchange(broker, Buffer.concat([int32(request.length), request]));
  // Size, correlation id, topics, name, partitions, partition, then the error and the offset.
  const at = 4 + 4 + 4 + 2 + Buffer.byteLength(topic) + 4 + 4;
  const error = answer.readInt16BE(at);
  if (error !== NO_ERROR) throw new Error(`The broker refused a record with error ${error}.`);
  return answer.readBigInt64BE(at + 2);
}

async function exchange(broker: string, request: Buffer): Promise<Buffer> {
  const [host, port] = broker.split(':');
  const socket = connect(Number(port), host);
  try {
    await once(socket, 'connect');
    socket.write(request);
    let answer = Buffer.alloc(0);
    for await (const chunk of socket) {
      answer = Buffer.concat([answer, chunk as Buffer]);
      if (answer.length >= 4 && answer.length >= 4 + answer.readInt32BE(0)) return answer;
    }
    throw new Error('The broker closed the connection.');
  } finally {
    socket.destroy();
  }
}

function toBatch({ value, headers }: RawRecord): Buffer {
  const now = int64(BigInt(Date.now()));
  const body = Buffer.concat([
    Buffer.from([0]),
    varint(0),
    varint(0),
    varint(-1),
    varint(value.length),
    value,
    varint(headers.length),
    ...headers.flatMap(([name, header]) => [
      varint(Buffer.byteLength(name)),
      Buffer.from(name),
      varint(header === null ? -1 : header.length),
      ...(header === null ? [] : [header]),
    ]),
  ]);
  // Attributes, last offset delta, first and last timestamp, producer id and epoch, first sequence, records.
  const checked = Buffer.concat([
    ...[int16(0), int32(0), now, now, int64(-1n), int16(-1), int32(-1), int32(1)],
    ...[varint(body.length), body],
  ]);
  // Leader epoch, magic 2, checksum.
  const tail = Buffer.concat([int32(-1), Buffer.from([2]), uint32(crc32c(checked)), checked]);
  return Buffer.concat([int64(0n), int32(tail.length), tail]);
}

const int16 = (value: number): Buffer => sized(2, (bytes) => bytes.writeInt16BE(value));
const int32 = (value: number): Buffer => sized(4, (bytes) => bytes.writeInt32BE(value));
const uint32 = (value: number): Buffer => sized(4, (bytes) => bytes.writeUInt32BE(value));
const int64 = (value: bigint): Buffer => sized(8, (bytes) => bytes.writeBigInt64BE(value));
const text = (value: string): Buffer => Buffer.concat([int16(Buffer.byteLength(value)), Buffer.from(value)]);

function sized(size: number, write: (bytes: Buffer) => void): Buffer {
  const bytes = Buffer.alloc(size);
  write(bytes);
  return bytes;
}

/** Zigzag, seven bits a byte, the lowest first. */
function varint(value: number): Buffer {
  const bytes: number[] = [];
  let left = value >= 0 ? value * 2 : -value * 2 - 1;
  while (left > 0x7f) {
    bytes.push((left & 0x7f) | 0x80);
    left >>>= 7;
  }
  return Buffer.from([...bytes, left]);
}

const CASTAGNOLI = 0x82f63b78;

function crc32c(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? CASTAGNOLI : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
