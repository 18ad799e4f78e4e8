import { getMaxListeners } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createDeadline } from '../../../../src/gateway/operations/deadline';
import { cancellable } from '../../../../src/database/cancellable';
import type { Sql } from '../../../../src/database/database';

const HANGS: Sql = {
  isDistributed: false,
  query: () => new Promise(() => undefined),
  execute: () => new Promise(() => undefined),
};

describe('the deadline of an operation', () => {
  it('ends as many statements as there are, without a warning that they listen for it', async () => {
    const leaving = new AbortController();
    const deadline = createDeadline(60_000, leaving.signal);
    const sql = cancellable(HANGS, deadline.signal);
    const statements = Array.from({ length: 20 }, () => sql.execute('SELECT 1'));
    await nextTurn();
    const all = deadline.within(Promise.allSettled(statements));
    leaving.abort(new Error('gone'));
    await expect(all).rejects.toThrow('gone');
    const ended = await Promise.allSettled(statements);
    expect(ended.map(({ status }) => status)).toEqual(Array(20).fill('rejected'));
    deadline.end();
    // Node would warn of a leak, in words of its own on the standard error, where more listen than a signal says.
    expect(getMaxListeners(deadline.signal)).toBe(Infinity);
  });
});
