import { createPace } from '../../../../src/workers/connectors/pace';

describe('a pace', () => {
  test('has its requests as far apart as its rate says, however many come at once', () => {
    const pace = createPace(10, () => 1_000);
    expect([pace.reserve(), pace.reserve(), pace.reserve()]).toEqual([0, 100, 200]);
  });

  test('saves nothing up', () => {
    let now = 0;
    const pace = createPace(2, () => now);
    pace.reserve();
    now = 60_000;
    expect([pace.reserve(), pace.reserve()]).toEqual([0, 500]);
  });

  test('does not wait for whoever has gone', async () => {
    const pace = createPace(0.01, () => 0);
    pace.reserve();
    const leaving = new AbortController();
    const turn = pace.turn(leaving.signal);
    leaving.abort();
    await expect(turn).rejects.toMatchObject({ name: 'AbortError' });
    await expect(pace.turn(leaving.signal)).rejects.toMatchObject({ name: 'AbortError' });
    expect(pace.reserve()).toBe(200_000);
  });
});
