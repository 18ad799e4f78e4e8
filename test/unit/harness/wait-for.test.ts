import { waitFor } from '../../harness/wait-for';

describe('waitFor', () => {
  it('returns the first answer that holds', async () => {
    const answers = [undefined, 0, '', 'here'];
    expect(await waitFor(() => answers.shift(), { what: 'an answer', timeoutMs: 5_000, everyMs: 1 })).toBe(
      'here',
    );
  });

  it('takes a failing condition for one that does not hold yet', async () => {
    let attempts = 0;
    const condition = (): boolean => {
      attempts++;
      if (attempts < 3) throw new Error('not yet');
      return true;
    };
    await waitFor(condition, { what: 'the third attempt', timeoutMs: 5_000, everyMs: 1 });
    expect(attempts).toBe(3);
  });

  it('goes on for as long as each answer differs from the one before it', async () => {
    let count = 0;
    const condition = (): boolean => {
      count += 1;
      if (count < 30) throw new Error(`only ${count} so far`);
      return true;
    };
    // Three times as long as it would wait for one answer that stays the same.
    await waitFor(condition, { what: 'all thirty', timeoutMs: 200, everyMs: 20 });
    expect(count).toBe(30);
  });

  it('says what it waited for and what the last answer was', async () => {
    const waiting = waitFor(() => false, { what: 'a truth', timeoutMs: 20, everyMs: 1 });
    await expect(waiting).rejects.toThrow('Waited 20 ms in vain for a truth; the last answer was false.');
  });

  it('says how the last attempt failed, and keeps the failure as its cause', async () => {
    const cause = new Error('refused');
    const waiting = waitFor(() => Promise.reject(cause), { what: 'a connection', timeoutMs: 20, everyMs: 1 });
    await expect(waiting).rejects.toMatchObject({
      message: 'Waited 20 ms in vain for a connection; the last attempt failed: refused.',
      cause,
    });
  });

  it('gives up on a condition that never answers', async () => {
    const waiting = waitFor(() => new Promise<boolean>(() => undefined), { what: 'it', timeoutMs: 20 });
    await expect(waiting).rejects.toThrow('Waited 20 ms in vain for it; it was never answered.');
  });
});
