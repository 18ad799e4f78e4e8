import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { json } from '../../../../src/workers/connectors/json';
import { configFor, questionAbout } from '../../../harness/platforms/config';

/** What platforms are told to implement is what the connector asks for and takes. */

const file = readFileSync(join(__dirname, '../../../../docs/channel-platform.yaml'), 'utf8');
const operation = z.object({
  get: z.object({
    responses: z.object({
      '200': z.object({
        content: z.object({
          'application/json': z.object({
            examples: z.record(z.string(), z.object({ value: z.unknown() })),
          }),
        }),
      }),
    }),
  }),
});
const document = z
  .object({
    paths: z.record(z.string(), operation),
    components: z.object({ schemas: z.object({ Views: z.record(z.string(), z.unknown()) }) }),
  })
  .parse(parseYaml(file));

const ajv = new Ajv({ allErrors: true });
addFormats(ajv);
const allowed = ajv.compile(document.components.schemas.Views);
const isTaken = (body: unknown) => json.answer.safeParse(body).success;

describe('the contract for platforms', () => {
  test('names the one path that is asked', () => {
    const question = questionAbout('우리동네TV');
    const request = json.request(question, configFor({ baseUrl: () => 'http://tv' }, '우리동네TV'));
    const paths = Object.keys(document.paths).map((path) => path.replace('{eventId}', question.eventId));
    expect(paths).toEqual([request?.path]);
  });

  test('gives examples that are taken', () => {
    const [path] = Object.values(document.paths);
    const examples = Object.values(path!.get.responses['200'].content['application/json'].examples);
    expect(examples.length).toBeGreaterThan(1);
    for (const { value } of examples) expect([allowed(value), isTaken(value)]).toEqual([true, true]);
  });

  test.each([
    [{ views: 0 }, true],
    [{ views: 10 ** 12, more: [] }, true],
    [{ views: 5, measuredAt: '2025-10-22T19:00:00+09:00' }, true],
    [{ views: 10 ** 12 + 1 }, false],
    [{ views: -1 }, false],
    [{ views: 0.5 }, false],
    [{ views: '5' }, false],
    [{ views: null }, false],
    [{}, false],
    [[], false],
    [{ views: 5, measuredAt: null }, false],
    [{ views: 5, measuredAt: 1_760_000_000 }, false],
    [{ views: 5, measuredAt: '2025-10-22' }, false],
    [{ views: 5, measuredAt: '2025-10-22T19:00:00' }, false],
  ])('allows what is taken, and nothing else: %j', (body, good) => {
    expect([allowed(body), isTaken(body)]).toEqual([good, good]);
  });
});
