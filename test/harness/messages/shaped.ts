/** Messages in the shapes that other senders give them, as bytes. */

/** As Confluent's JSON serialisers write a value: magic byte, schema id, JSON. */
export function behindMagicByte(text: string, schemaId = 42): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(schemaId, 1);
  return Buffer.concat([head, Buffer.from(text)]);
}

/** A CloudEvent in structured mode. */
export function cloudEvent(data: unknown, attributes: object = {}): string {
  return JSON.stringify({
    ...{ specversion: '1.0', type: 'ParticipantRegistered', id: '1', source: '/participation' },
    ...attributes,
    data,
  });
}

/** Headers of a CloudEvent in binary mode, as KafkaJS delivers them. */
export function cloudEventHeaders(attributes: Readonly<Record<string, string>> = {}): Record<string, Buffer> {
  const all = { specversion: '1.0', type: 'ParticipantRegistered', source: '/participation', ...attributes };
  return Object.fromEntries(Object.entries(all).map(([name, text]) => [`ce_${name}`, Buffer.from(text)]));
}

/** What Debezium's outbox makes of a JSON column, by how its converter is configured. */
export const OUTBOX_FORMS: readonly (readonly [name: string, form: (text: string) => string])[] = [
  ['a JSON text', (text) => JSON.stringify(text)],
  ['schema and payload', (text) => `{"schema": {"type": "struct"}, "payload": ${text}}`],
  [
    'a payload that is a JSON text',
    (text) => `{"schema": {"type": "string"}, "payload": ${JSON.stringify(text)}}`,
  ],
  ['a payload alone', (text) => `{"payload": ${text}}`],
];

/** The JSON text with the names of its fields in snake case. */
export function inSnakeCase(text: string): string {
  return text.replace(/"(\w+)":/g, (_, name: string) => {
    const snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    return `"${snake}":`;
  });
}
