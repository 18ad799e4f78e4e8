import type { Attack } from '../attack';
import { askTogether } from '../clients/http';
import { WHOLE_DASHBOARDS } from '../clients/operations';
import { judgeAnswers } from '../judge/answers';
import { DASHBOARDS } from '../stage/shops';

const AT_ONCE = 100;

/** Each of them is within the limits; all of them are one token's, and more than its share. */
export const TOGETHER: readonly Attack[] = [
  {
    name: 'hundred-at-once',
    what: '100 times 50 dashboards with all their sections at the same moment, by one token',
    isInShort: true,
    async strike(scene) {
      const { origin, attacker, shops, told } = scene;
      const json = {
        query: WHOLE_DASHBOARDS,
        variables: { eventIds: shops.large.eventIds.slice(0, DASHBOARDS) },
      };
      const answers = await askTogether(
        origin,
        Array.from({ length: AT_ONCE }, () => ({ token: attacker, json })),
      );
      for (const problem of judgeAnswers(answers, { served: true }, told)) scene.expect(false, problem);
    },
  },
];
