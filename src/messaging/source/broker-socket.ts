import net from 'node:net';
import { setImmediate as pollPhase } from 'node:timers/promises';
import tls from 'node:tls';
import type { ISocketFactory } from 'kafkajs';
import { createFaultLog, type FaultLog } from '../../observability/fault-log';
import type { Logger } from '../../observability/log';
import { createFrameCounter } from './frame-counter';

export interface SilenceLimits {
  /** How long a new connection may take to answer what needs no wait: a broker that hangs still accepts them. */
  readonly firstAnswerMs: number;
  /** How long a request may wait while nothing at all comes in: longer than the members of a group are waited for. */
  readonly answerMs: number;
}

const LIMITS: SilenceLimits = { firstAnswerMs: 3_000, answerMs: 12_000 };
/** Fetch, Metadata, FindCoordinator, Heartbeat, and what a connection begins with (https://kafka.apache.org/protocol, API keys). */
const ANSWERED_AT_ONCE = [1, 3, 10, 12, 17, 18, 36];
/** Behind the length of a request. */
const API_KEY_AT = 4;
/** As KafkaJS's own sockets have it. */
const KEEP_ALIVE_AFTER_MS = 60_000;

/**
 * Makes connections to brokers that end when the broker hangs. KafkaJS 2.2.4 lets a request on such a connection fail after half
 * a minute, keeps the connection, and sends the next request there, too: the partitions of a broker that hangs stand still until
 * it is back, though other brokers lead them by then.
 */
export function brokerSockets(log: Logger, limits = LIMITS): ISocketFactory {
  const silences = new Map<string, FaultLog>();

  function silenceOf(broker: string): FaultLog {
    const known = silences.get(broker);
    if (known !== undefined) return known;
    const silence = createFaultLog(
      log,
      { begins: 'a broker does not answer; its connection is given up', ends: 'the broker answers again' },
      { broker },
    );
    silences.set(broker, silence);
    return silence;
  }

  return ({ host, port, ssl, onConnect }) => {
    // KafkaJS's types hide that it is undefined where the connection is not encrypted.
    const encryption = ssl as typeof ssl | undefined;
    const socket = encryption
      ? tls.connect(
          { host, port, ...(net.isIP(host) === 0 && { servername: host }), ...encryption },
          onConnect,
        )
      : net.connect({ host, port }, onConnect);
    socket.setKeepAlive(true, KEEP_ALIVE_AFTER_MS);
    endInSilence(socket, limits, silenceOf(`${host}:${port}`));
    return socket;
  };
}

function endInSilence(socket: net.Socket, limits: SilenceLimits, silence: FaultLog): void {
  const answers = createFrameCounter();
  let requests = 0;
  let limitMs = limits.answerMs;
  let timer: NodeJS.Timeout | undefined;

  /** KafkaJS writes each request at once, and a broker answers each by one frame. The members of a group may be waited for. */
  function awaitAnswer(request: unknown): void {
    requests += 1;
    if (requests === 1 && isAnsweredAtOnce(request)) limitMs = limits.firstAnswerMs;
    timer ??= startTimer();
  }

  function startTimer(): NodeJS.Timeout {
    return setTimeout(() => void look(), limitMs).unref();
  }

  function takeAnswer(bytes: Buffer): void {
    if (answers.count === 0) silence.worked();
    answers.add(bytes);
    limitMs = limits.answerMs;
    clearTimeout(timer);
    timer = answers.count < requests ? startTimer() : undefined;
  }

  async function look(): Promise<void> {
    const { bytesRead } = socket;
    // After a pause of the whole process an answer may be here that has not been read yet.
    await pollPhase();
    if (socket.destroyed || socket.bytesRead !== bytesRead) return;
    const error = new Error(`The broker has not answered in ${limitMs} ms.`);
    silence.failed(error);
    giveUp(error);
  }

  /** KafkaJS asks others who leads now when a broker closes a connection, and tries no broker again that never answered. */
  function giveUp(error: Error): void {
    if (answers.count === 0) {
      socket.destroy(error);
      return;
    }
    socket.emit('end');
    socket.destroy();
  }

  const write = socket.write.bind(socket) as (...parameters: readonly unknown[]) => boolean;
  socket.write = (...parameters: readonly unknown[]) => {
    awaitAnswer(parameters[0]);
    return write(...parameters);
  };
  socket.on('data', takeAnswer);
  socket.on('close', () => clearTimeout(timer));
}

function isAnsweredAtOnce(request: unknown): boolean {
  if (!Buffer.isBuffer(request) || request.length < API_KEY_AT + 2) return false;
  return ANSWERED_AT_ONCE.includes(request.readInt16BE(API_KEY_AT));
}
