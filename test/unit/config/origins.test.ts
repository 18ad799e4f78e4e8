import { load, problemsOf } from './load';

const originsOf = (CORS_ORIGINS: string) => load({ CORS_ORIGINS }).http.corsOrigins;

describe('CORS_ORIGINS', () => {
  test('is none, some, or all', () => {
    expect(load({}).http.corsOrigins).toEqual(new Set());
    expect(originsOf(' https://app.example , http://localhost:5173,capacitor://localhost')).toEqual(
      new Set(['https://app.example', 'http://localhost:5173', 'capacitor://localhost']),
    );
    expect(originsOf('*')).toBe('all');
  });

  test.each([
    ['a path, as no browser sends it', 'https://app.example/'],
    ['a capital', 'https://App.example'],
    ['the port that the scheme has', 'https://app.example:443'],
    ['a name in letters that are sent encoded', 'https://가게.kr'],
    ['no scheme', 'app.example'],
    ['what is no origin', 'null'],
    ['a pattern', 'https://*.example'],
    ['all beside one', 'https://app.example, *'],
    ['an empty item', 'https://app.example,,'],
    ['a user', 'https://me@app.example'],
  ])('does not guess what %s means', (_what, value) => {
    expect(problemsOf({ CORS_ORIGINS: value })).toEqual([
      `CORS_ORIGINS: ${JSON.stringify(value)} cannot be used (origins as browsers send them, like https://app.example, between commas; or * alone)`,
    ]);
  });
});
