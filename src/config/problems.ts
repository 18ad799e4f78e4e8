/** The configuration is invalid. Lists every problem at once, in plain words. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  /** @param problems each `NAME: what is wrong (what it may be)`, never with the value of a secret */
  constructor(readonly problems: readonly string[]) {
    super(`The configuration cannot be used:\n${problems.map((problem) => `- ${problem}`).join('\n')}`);
  }
}

/** Values that are never shown, even when invalid: secrets, and addresses, which may contain a password. */
const SECRETS: ReadonlySet<string> = new Set([
  'DATABASE_URL',
  'REDIS_URL',
  'KAFKA_BROKERS',
  'KAFKA_SASL_USERNAME',
  'KAFKA_SASL_PASSWORD',
  'JWT_SECRET',
  'JWT_PUBLIC_KEY',
  'JWT_JWKS_URI',
  'JWT_ISSUERS',
  'PRIVACY_KEY',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_EXPORTER_OTLP_HEADERS',
]);
const LONGEST_SHOWN = 60;

/** Describes a variable with an invalid value. */
export function unusable(name: string, value: string | undefined, mayBe: string): string {
  const shown = value === undefined || SECRETS.has(name) ? 'its value' : JSON.stringify(shorten(value));
  return `${name}: ${shown} cannot be used (${mayBe})`;
}

function shorten(value: string): string {
  return value.length > LONGEST_SHOWN ? `${value.slice(0, LONGEST_SHOWN)}…` : value;
}
