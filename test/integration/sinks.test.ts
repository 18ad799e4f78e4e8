import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { refuseWhatCannotBeStored } from '../../src/commands/open-sink';
import { systemClock } from '../../src/runtime/clock';
import { createLogger } from '../../src/observability/log';
import { createEmbeddedSink } from '../../src/messaging/sink/embedded';
import { createHttpSink } from '../../src/messaging/sink/http';
import { openKafkaSink } from '../../src/messaging/sink/kafka';
import {
  type MessageSink,
  MessagesRefused,
  type OutgoingMessage,
  SinkFailure,
} from '../../src/messaging/sink/sink';
import { TOPICS } from '../../src/workers/messages/topics';
import { eventCreated, newEvent, participantRegistered, salesRecorded } from '../harness/messages';
import { type RealService, startRealService, untilCounted } from '../harness/real-service';
import { startTestService, type TestService } from '../harness/service';
import { quietKafka } from '../harness/servers/kafka';

interface Form {
  readonly sink: MessageSink;
  readonly service: TestService;
  /** Whether the sink hears of messages that change nothing. */
  readonly hearsOfRepetition: boolean;
}

const inProcess = async (): Promise<Form> => {
  const service = await startTestService();
  if (service.embeddedSource === undefined) throw new Error('This service must be embedded.');
  return { sink: createEmbeddedSink(service.embeddedSource), service, hearsOfRepetition: true };
};

const overHttp = async (): Promise<Form> => {
  const service = await startTestService();
  const sink = createHttpSink({ url: service.origin, token: service.token() });
  return { sink, service, hearsOfRepetition: true };
};

const overKafka = async (): Promise<Form> => {
  const service: RealService = await startRealService();
  const sink = await openKafkaSink({
    kafka: quietKafka(String(service.env['KAFKA_BROKERS']).split(',')),
    topics: TOPICS,
    topicPrefix: String(service.env['KAFKA_TOPIC_PREFIX']),
    log: createLogger({ level: 'silent' }),
  });
  return { sink, service, hearsOfRepetition: false };
};

const toEvent = (eventId: string, fields = {}): OutgoingMessage => ({
  topic: 'participant.registered',
  key: eventId,
  value: participantRegistered(eventId, fields),
});

describe.each([
  ['in this process', inProcess],
  ['of a running service, over HTTP', overHttp],
  ['of Kafka', overKafka],
])('the sink %s', (_name, open) => {
  let form: Form;
  let sink: MessageSink;
  beforeAll(async () => {
    form = await open();
    sink = refuseWhatCannotBeStored(form.sink, systemClock);
  });
  afterAll(async () => {
    await form.sink.close();
    await form.service.stop();
  });

  it('takes messages of all topics, more than it hands over at once, and each counts once', async () => {
    const event = newEvent();
    const people = Array.from({ length: 1_201 }, () => toEvent(event.eventId));
    const sale = { topic: 'sales.recorded', key: event.storeId, value: salesRecorded(event.storeId, 5_000) };
    const messages = [
      { topic: 'event.created', key: event.eventId, value: eventCreated(event) },
      ...people,
      sale,
      ...people.slice(0, 40),
    ];
    const delivery = await sink.send(messages);
    expect(delivery).toEqual({ sent: 1_243, repeated: form.hearsOfRepetition ? 40 : undefined });
    await untilCounted(form.service, event.eventId, 1_201);
    expect((await sink.send([sale, sale])).repeated).toBe(form.hearsOfRepetition ? 2 : undefined);
  });

  it('refuses what a worker would refuse, says why, and sends nothing beside it', async () => {
    const { eventId } = newEvent();
    const sending = sink.send([toEvent(eventId), toEvent(eventId, { age: -1 })]);
    await expect(sending).rejects.toBeInstanceOf(MessagesRefused);
    await expect(sending).rejects.toThrow(/participant\.registered was refused: age: must be a whole number/);
    await expect(sink.send([{ ...toEvent(eventId), topic: 'no.topic' }])).rejects.toBeInstanceOf(
      MessagesRefused,
    );
    await sink.send([toEvent(eventId)]);
    await untilCounted(form.service, eventId, 1);
  });

  it('is content with nothing', async () => {
    expect((await sink.send([])).sent).toBe(0);
  });
});

describe('what the sinks themselves hear', () => {
  it.each([
    ['in this process', inProcess],
    ['over HTTP', overHttp],
  ])('a rejection by the worker %s', async (_name, open) => {
    const { sink, service } = await open();
    const { eventId } = newEvent();
    await expect(sink.send([toEvent(eventId, { gender: 'x' })])).rejects.toThrow(/refused: gender: must be/);
    await service.stop();
  });

  it('no broker: one sentence, with its cause', async () => {
    const opening = openKafkaSink({
      kafka: quietKafka(['127.0.0.1:1']),
      topics: TOPICS,
      topicPrefix: '',
      log: createLogger({ level: 'silent' }),
    });
    await expect(opening).rejects.toBeInstanceOf(SinkFailure);
    await expect(opening).rejects.toMatchObject({ cause: expect.any(Error) as unknown });
  });
});

describe('the sink over HTTP, where nothing takes its messages', () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });

  const sendTo = async (answer: RequestListener): Promise<unknown> => {
    server = createServer(answer);
    await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const sink = createHttpSink({ url: `http://127.0.0.1:${port}`, token: 'sesame' });
    return sink.send([toEvent(newEvent().eventId)]).catch((error: unknown) => error);
  };

  it.each([
    ['takes no messages over HTTP', 404, ''],
    ['does not accept the token', 401, ''],
    ['raise its MAX_BODY_BYTES', 413, ''],
    ['answered 500: oh no', 500, 'oh no'],
    ['not as this service does', 200, '<html>'],
    ['not as this service does', 200, '{"accepted":"many"}'],
  ])('says that it %s', async (sentence, status, body) => {
    const failure = await sendTo((_request, response) => response.writeHead(status).end(body));
    expect(failure).toBeInstanceOf(SinkFailure);
    expect(String(failure)).toContain(sentence);
    expect(String(failure)).not.toContain('sesame');
  });

  it('never sends the token where it is redirected to', async () => {
    const shown: (string | undefined)[] = [];
    const failure = await sendTo((request, response) => {
      shown.push(request.url);
      response.writeHead(307, { location: '/elsewhere' }).end();
    });
    expect(String(failure)).toContain('answered 307');
    expect(shown).toEqual(['/dev/events']);
  });

  it('says who cannot be reached', async () => {
    const sink = createHttpSink({ url: 'http://127.0.0.1:2', token: 'sesame' });
    await expect(sink.send([toEvent(newEvent().eventId)])).rejects.toThrow(
      'http://127.0.0.1:2 cannot be reached',
    );
  });
});
