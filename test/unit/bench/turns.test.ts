describe('the turns of requests that are not to be asked for again too soon', () => {
  const open = async (length: number, apartMs: number) => {
    const { Turns } = await import('../../../bench/rivals/load/turns.mjs');
    return new Turns(length, apartMs);
  };

  it('go round, and stand still until the next has been answered for long enough', async () => {
    const turns = await open(2, 1_000);
    expect(turns.waitMs(0)).toBe(0);
    expect(turns.take()).toBe(0);
    turns.answered(0, 5);
    expect(turns.take()).toBe(1);
    turns.answered(1, 300);
    expect(turns.waitMs(305)).toBe(700);
    expect(turns.waitMs(1_005)).toBe(0);
    expect(turns.take()).toBe(0);
    expect(turns.waitMs(1_006)).toBe(294);
  });

  it('wait for the request being answered', async () => {
    const turns = await open(1, 1_000);
    turns.take();
    expect(turns.waitMs(1_000_000)).toBe(Infinity);
  });
});
