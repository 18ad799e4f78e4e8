import { analyticsPath, type ServiceUnderContract, startUnderContract } from '../harness/contract/service';
import { newEvent } from '../harness/messages';
import { TRANSPORTS } from '../harness/operations/transports';

describe('tokens that are refused', () => {
  it('give one line for each reason, at the level that is usual, and are all counted', async () => {
    const lines: string[] = [];
    const env = { LOG_LEVEL: '' };
    const service = await startUnderContract({ env, onLog: (line) => void lines.push(line) });
    try {
      for (const token of ['nonsense', undefined, 'more.of.it', 'nonsense', undefined])
        await service.http.get(analyticsPath(newEvent().eventId), token);
      const { body } = await service.http.get('/metrics');
      expect(body).toContain('analytics_tokens_refused_total{reason="malformed"} 3');
      expect(body).toContain('analytics_tokens_refused_total{reason="missing"} 2');
      const told = lines.flatMap((line) => /"reason":"(malformed|missing)"/.exec(line)?.[1] ?? []);
      expect(told).toEqual(['malformed', 'missing']);
    } finally {
      await service.stop();
    }
  });
});

describe('a token that is refused', () => {
  const lines: string[] = [];
  let service: ServiceUnderContract;
  beforeAll(async () => {
    const env = { LOG_LEVEL: 'debug' };
    service = await startUnderContract({ env, onLog: (line) => void lines.push(line) });
  });
  afterAll(() => service.stop());

  const refusals = (): string[] => lines.filter((line) => line.includes('"reason":"malformed"'));

  it('leaves one line and is counted once, by whichever way it came', async () => {
    const counted = async (): Promise<number> => {
      const { body } = await service.http.get('/metrics');
      return Number(/analytics_tokens_refused_total\{reason="malformed"\} (\d+)/.exec(body)?.[1]);
    };
    const ways = [
      () => service.http.get(analyticsPath(newEvent().eventId), 'nonsense'),
      ...Object.values(TRANSPORTS).map(
        (send) => () => send(service.origin, 'nonsense', { query: '{ __typename }' }),
      ),
      () => service.http.post('/dev/events', 'nonsense', 'application/json', '[]'),
    ];
    for (const [index, come] of ways.entries()) {
      expect([refusals().length, await counted()]).toEqual([index, index]);
      await come();
    }
    expect([refusals().length, await counted()]).toEqual([ways.length, ways.length]);
    expect(lines.join('')).not.toContain('nonsense');
  });
});
