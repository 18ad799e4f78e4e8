import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { run } from '../harness/machine/commands';
import { promtoolProgram } from '../harness/machine/deploy-tools';

const PROJECT = path.join(__dirname, '../..');
const read = (file: string): string => readFileSync(path.join(PROJECT, file), 'utf8');

const rules = z.object({
  groups: z.array(
    z.object({
      rules: z.array(
        z.object({
          alert: z.string(),
          expr: z.string(),
          labels: z.object({ severity: z.enum(['critical', 'warning']) }),
          annotations: z.object({ summary: z.string() }),
        }),
      ),
    }),
  ),
});
const tests = z.object({
  tests: z.array(
    z.looseObject({
      alert_rule_test: z.array(z.object({ alertname: z.string(), exp_alerts: z.array(z.unknown()) })),
    }),
  ),
});
const alerts = rules
  .parse(parse(read('deploy/prometheus/alerts.yaml')))
  .groups.flatMap((group) => group.rules);
const names = alerts.map(({ alert }) => alert);

describe('the alerts', () => {
  it('are raised when they should be, and on no usual day', async () => {
    const promtool = await promtoolProgram();
    const args = ['test', 'rules', 'deploy/prometheus/alerts.test.yaml'];
    expect(await run({ program: promtool, args, cwd: PROJECT })).toContain('SUCCESS');
  });

  it('are each seen raised by a test', () => {
    const raised = tests
      .parse(parse(read('deploy/prometheus/alerts.test.yaml')))
      .tests.flatMap((test) => test.alert_rule_test)
      .filter((test) => test.exp_alerts.length > 0)
      .map((test) => test.alertname);
    expect(new Set(raised)).toEqual(new Set(names));
  });

  it('have each a section that says what it means, what to look at and what to do', () => {
    const sections = read('docs/operations.md').split(/^### /m).slice(1);
    const told = new Map(sections.map((text) => [text.split('\n', 1)[0], text]));
    for (const name of names) {
      expect([name, told.has(name)]).toEqual([name, true]);
      for (const part of ['**It means**', '**Look at**', '**Do**'])
        expect([name, told.get(name)]).toEqual([name, expect.stringContaining(part)]);
    }
  });
});
