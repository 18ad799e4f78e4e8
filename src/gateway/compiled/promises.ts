/** What graphql-js asks of every value, asked of objects alone: it is no use to look into each text and number. */
export const isPromise = (value: unknown): value is Promise<unknown> =>
  typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
