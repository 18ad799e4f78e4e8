import { settlesWithin } from '../../../src/runtime/settles-within';

describe('settlesWithin', () => {
  it('tells whether a promise settles in time; a rejection settles it, too', async () => {
    expect(await settlesWithin(1_000, Promise.resolve())).toBe(true);
    expect(await settlesWithin(1_000, Promise.reject(new Error('no')))).toBe(true);
    expect(await settlesWithin(5, new Promise(() => undefined))).toBe(false);
  });
});
