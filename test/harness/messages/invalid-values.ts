/** Values that are valid in no field of their kind. */

export const NO_UUID = [
  '',
  'x',
  7,
  null,
  '550e8400-e29b-41d4-a716-44665544000',
  '{550e8400-e29b-41d4-a716-446655440000}',
];
export const NO_NUMBER = [-1, 0.5, 10 ** 12 + 1, 1e300, '5', null, true, [1], {}];
export const NO_INSTANT = [
  '2025-10-22',
  '2025-10-22T10:00:00',
  '2025-10-22 10:00:00Z',
  '2025-10-22T10:00:60Z',
  '2025-10-22T24:00:00Z',
  '2025-02-30T10:00:00Z',
  '1999-12-31T23:59:59.999Z',
  1_761_127_200_000,
  null,
  '',
];
/** More than a day ahead of the stream's now. */
export const NOT_YET = ['2025-10-23T10:30:00.001Z', '2026-01-01T00:00:00Z'];
export const NO_NAME = [
  '',
  ' \u3000',
  'x'.repeat(51),
  '\u{1f4fa}'.repeat(51),
  'a\u0000b',
  '\ud800',
  7,
  null,
  ['지니TV'],
];
export const NO_TITLE = ['', 'x'.repeat(201), 'a\u0000b', '\udc00', 7, null];

export const INVALID_ENVELOPE = { messageId: NO_UUID, occurredAt: [...NO_INSTANT, ...NOT_YET] };
