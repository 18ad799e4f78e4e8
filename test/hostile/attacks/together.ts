import type { Attack } from '../attack';
import { askTogether } from '../clients/http';
import { allSections, type Ask, hourlyTrends, largestServed } from '../clients/largest';
import { judgeAnswers } from '../judge/answers';

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
    async strike(scene) {
      const question = { token: scene.attacker, json: await largestServed(scene, operation) };
      const answers = await askTogether(
        scene.origin,
        Array.from({ length: AT_ONCE }, () => question),
      );
      for (const problem of judgeAnswers(answers, { served: true }, scene.told)) scene.expect(false, problem);
      scene.expect(
        answers.some(({ status }) => status === 200),
        'none of them was served',
      );
    },
  };
}
