import { type Bindings, type DestinationStream, type Level, type Logger as PinoLogger, pino } from 'pino';
import { loggedError, withoutSecrets } from './logged-error';

export type LogLevel = Level | 'silent';

/** What the rest of the service may do with a log: write to it, and give it a context. */
export interface Logger extends Pick<PinoLogger, Level> {
  /**
   * The same log, each line of which carries these fields as well.
   *
   * @param options `level`: from which on its lines are written, where that does not follow the log's own
   */
  child(bindings: Bindings, options?: { readonly level: Level }): Logger;
}

export interface LogOptions {
  readonly level: LogLevel;
  /** Standard output when left out. */
  readonly destination?: DestinationStream;
  /** What each line carries of the work that it is written in; nothing when left out. */
  readonly contextFields?: () => object;
}

/** Fields that let their reader pass for another viewer. */
const CREDENTIALS = ['authorization', 'cookie', 'token', 'password', 'secret'];
/** Where they turn up: by themselves, in an object, in the headers or connection parameters of a request. */
const PLACES = ['', '*.', '*.headers.', '*.connectionParams.'];

/**
 * One JSON object a line, times in ISO 8601. An error belongs under `err`: it is written with its stack and with
 * every cause below it, and without what clients hang on their errors. Credentials are blotted out wherever a request
 * usually carries them, and in URLs wherever they are; that is a net, not a licence to log requests whole.
 */
export function createLogger({ level, destination, contextFields }: LogOptions): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    ...(contextFields && { mixin: contextFields }),
    formatters: { log: withLoggedErrors },
    serializers: { err: (error: unknown) => loggedError(error) },
    redact: {
      paths: PLACES.flatMap((place) => CREDENTIALS.map((name) => place + name)),
      censor: '[redacted]',
    },
  };
  return pino(options, redacting(destination));
}

/** Every line passes it, whatever field a secret is in. */
function redacting(destination: DestinationStream = pino.destination({ sync: true })): DestinationStream {
  return { write: (line) => destination.write(withoutSecrets(line)) };
}

/** An error under another name than `err` would be written with all that hangs on it. */
function withLoggedErrors(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      name !== 'err' && value instanceof Error ? loggedError(value) : value,
    ]),
  );
}
