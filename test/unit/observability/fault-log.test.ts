import { createFaultLog } from '../../../src/observability/fault-log';
import { createLogger, type LogLevel } from '../../../src/observability/log';

function open(level: LogLevel) {
  const lines: Record<string, unknown>[] = [];
  const log = createLogger({
    level,
    destination: { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
  });
  const words = { begins: 'the database does not answer', ends: 'the database answers again' };
  return { lines, fault: createFaultLog(log, words, { part: 'database' }) };
}

describe('a fault', () => {
  it('is said once when it begins and once when it ends, with a count between', () => {
    const { lines, fault } = open('info');
    fault.worked();
    expect(lines).toEqual([]);
    for (const message of ['first', 'second', 'third']) fault.failed(new Error(message));
    expect(fault).toMatchObject({ isFailing: true, lastError: { message: 'third' } });
    fault.worked();
    fault.worked();
    expect(lines).toEqual([
      expect.objectContaining({
        level: 40,
        msg: 'the database does not answer',
        part: 'database',
        err: expect.objectContaining({ message: 'first' }) as unknown,
      }),
      expect.objectContaining({
        level: 30,
        msg: 'the database answers again',
        part: 'database',
        failures: 3,
      }),
    ]);
    expect(lines[1]?.['forMs']).toEqual(expect.any(Number));
    expect(fault).toMatchObject({ isFailing: false, lastError: undefined });
  });

  describe('that comes back', () => {
    beforeEach(() => void jest.useFakeTimers());
    afterEach(() => void jest.useRealTimers());

    it('is counted anew after a while', () => {
      const { lines, fault } = open('info');
      for (const failures of [2, 1]) {
        for (let failure = 0; failure < failures; failure += 1) fault.failed(new Error('away'));
        fault.worked();
        jest.advanceTimersByTime(6_000);
      }
      expect(lines.map(({ failures }) => failures)).toEqual([undefined, 2, undefined, 1]);
    });

    it('says how long ago an attempt failed, whether others worked since or not', () => {
      const { fault } = open('info');
      expect(fault.hasFailedWithin(1_000)).toBe(false);
      fault.failed(new Error('away'));
      fault.worked();
      jest.advanceTimersByTime(999);
      expect(fault.hasFailedWithin(1_000)).toBe(true);
      fault.failed(new Error('away'));
      jest.advanceTimersByTime(999);
      expect(fault.hasFailedWithin(1_000)).toBe(true);
      jest.advanceTimersByTime(1);
      expect(fault.hasFailedWithin(1_000)).toBe(false);
    });

    it('at once is not said again, unless it stays', () => {
      const { lines, fault } = open('info');
      for (let time = 0; time < 20; time += 1) {
        fault.failed(new Error('away'));
        fault.worked();
        jest.advanceTimersByTime(300);
      }
      expect(lines).toHaveLength(2);
      fault.failed(new Error('away'));
      jest.advanceTimersByTime(6_000);
      fault.failed(new Error('still away'));
      fault.worked();
      expect(lines.slice(2).map(({ level }) => level)).toEqual([40, 30]);
    });
  });

  it('tells every failure to who looks closely', () => {
    const { lines, fault } = open('debug');
    fault.failed(new Error('first'));
    fault.failed(new Error('second'));
    expect(lines).toEqual([
      expect.objectContaining({ level: 40 }),
      expect.objectContaining({
        level: 20,
        failures: 2,
        err: expect.objectContaining({ message: 'second' }) as unknown,
      }),
    ]);
  });
});
