import type { Attack } from '../attack';
import { askTogether } from '../clients/http';
import { allSections, type Ask, hourlyTrends, largestServed } from '../clients/largest';
import { checkAnswers } from '../checks/answers';

const AT_ONCE = 100;

/** Each of them is within the limits; all of them are one token's, and more than its share. */
export const TOGETHER: readonly Attack[] = [
  together('hundred-dashboards-at-once', 'as many dashboards with all their sections', allSections),
  together('hundred-trends-at-once', 'as many hourly trends', hourlyTrends),
];

function together(name: string, what: string, operation: Ask): Attack {
  return {
    name,
    what: `${what} as are served, 100 times at the same moment, by one token`,
    isInShort: true,
    async run(scenario) {
      const question = { token: scenario.attacker, json: await largestServed(scenario, operation) };
      const answers = await askTogether(
        scenario.origin,
        Array.from({ length: AT_ONCE }, () => question),
      );
      for (const problem of checkAnswers(answers, { served: true }, scenario.answerCounts))
        scenario.expect(false, problem);
      scenario.expect(
        answers.some(({ status }) => status === 200),
        'none of them was served',
      );
    },
  };
}
