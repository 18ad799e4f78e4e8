import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type AuditResult, auditServer } from 'graphql-http';
import { startTestService, type TestService } from '../harness/service';

const PAGE = path.join(__dirname, '../../docs/graphql-http.md');

/** The audits that the documentation excuses, each in a row of its table that says why. */
const excused = [...readFileSync(PAGE, 'utf8').matchAll(/^\| ([0-9A-F]{4}) \|/gm)].map(([, id]) => id);

describe('the audit of GraphQL over HTTP', () => {
  let service: TestService;
  let results: readonly AuditResult[];

  beforeAll(async () => {
    service = await startTestService();
    const token = service.token();
    const fetchFn = (url: string, init: RequestInit = {}): Promise<Response> => {
      const headers = new Headers(init.headers);
      headers.set('authorization', `Bearer ${token}`);
      return fetch(url, { ...init, headers });
    };
    results = await auditServer({ url: `${service.origin}/graphql`, fetchFn });
  });
  afterAll(() => service.stop());

  /** The results of one degree, by what became of them. */
  function failedOf(degree: 'MUST' | 'SHOULD'): readonly AuditResult[] {
    const those = results.filter(({ name }) => name.startsWith(degree));
    expect(those.length).toBeGreaterThan(10);
    return those.filter(({ status }) => status !== 'ok');
  }

  it('passes in all that MUST be', () => {
    expect(failedOf('MUST').map(({ id, name }) => `${id} ${name}`)).toEqual([]);
  });

  it('passes in all that SHOULD be, or the documentation says why not', () => {
    expect(
      failedOf('SHOULD')
        .map(({ id }) => id)
        .sort(),
    ).toEqual([...excused].sort());
  });
});
