import { type Measured, sizeFor, toSizesTable } from '../../../bench/scale/sizes';

const MEBIBYTE = 1024 * 1024;
const MEASURED: Measured = {
  registration: {
    ...{ cpuMicros: 100, postgresMicros: 100, redisMicros: 10 },
    ...{ databaseBytes: 400, rssBytes: 200 * MEBIBYTE },
  },
  dashboard: { cpuMicros: 900, postgresMicros: 600, rssBytes: 250 * MEBIBYTE },
};

describe('what so many times a town needs', () => {
  it('is two of each process for a town, so that one may be lost', () => {
    expect(sizeFor(1, MEASURED)).toMatchObject({
      ...{ stores: 1_000, dashboards: 1_000, workers: 2, gateways: 2, partitions: 12 },
      ...{ shards: 1, redisMasters: 1 },
    });
  });

  it('follows from what was measured for a country: twelve thousand registrations a second in the evening', () => {
    const country = sizeFor(1_000, MEASURED);
    expect(country.registrationsPerSecond).toBeCloseTo(11_574, 0);
    // 1.16 cores of workers, at half a core each; a million readers at twenty thousand each.
    expect(country).toMatchObject({ workers: 3, gateways: 50, partitions: 12, shards: 3, redisMasters: 1 });
    expect(country.databaseCores).toBeCloseTo(11_574 * 0.0007, 1);
    expect(country.databaseGiBPerDay).toBeCloseTo((100_000_000 * 400) / 1024 ** 3, 5);
  });

  it('grows with what each costs', () => {
    const registration = { ...MEASURED.registration, cpuMicros: 1_000 };
    expect(sizeFor(1_000, { ...MEASURED, registration })).toMatchObject({ workers: 24, partitions: 96 });
  });

  it('is a row for each', () => {
    expect(
      toSizesTable(MEASURED)
        .split('\n')
        .slice(1)
        .map((row) => row.split('|')[1]?.trim()),
    ).toEqual([...['1 ×', '10 ×', '100 ×', '1,000 ×']]);
  });
});
