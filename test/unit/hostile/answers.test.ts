import type { Answer } from '../../hostile/clients/http';
import { checkAnswers } from '../../hostile/checks/answers';
import { createAnswerCounts } from '../../hostile/checks/answer-counts';

const answer = (fields: Partial<Answer>): Answer => ({
  status: 200,
  headers: {},
  body: '{"data":{}}',
  bytes: 11,
  failure: undefined,
  tookMs: 1,
  ...fields,
});
const refusal = (code: string, message: string, fields: Partial<Answer> = {}): Answer =>
  answer({ status: 400, body: JSON.stringify({ errors: [{ message, extensions: { code } }] }), ...fields });

const check = (given: Answer, served = false): string[] =>
  checkAnswers([given], { served, about: /cost/ }, createAnswerCounts());

describe('what an attacker is answered', () => {
  it('has to be a refusal that says why', () => {
    expect(check(refusal('OPERATION_TOO_COSTLY', 'The cost is 7'))).toEqual([]);
    expect(check(refusal('BAD_USER_INPUT', 'Nonsense'))).toEqual([
      'refused for another reason: Nonsense (1 of 1)',
    ]);
    expect(check(answer({}))).toEqual(['served with 200 instead of refused (1 of 1)']);
  });

  it('may be data where what was asked is within the limits', () => {
    expect(check(answer({}), true)).toEqual([]);
  });

  it('may be a refusal for a while, which says for how long', () => {
    expect(check(refusal('TOO_MANY_REQUESTS', '', { status: 429, headers: { 'retry-after': '3' } }))).toEqual(
      [],
    );
    expect(check(refusal('TOO_MANY_REQUESTS', '', { status: 429 }))).toEqual([
      '429 without Retry-After (1 of 1)',
    ]);
  });

  it('is never a failure of ours, over an event stream either', () => {
    const body = JSON.stringify({ errors: [{ message: '', extensions: { code: 'INTERNAL_SERVER_ERROR' } }] });
    const wanted = ['told as our failure: INTERNAL_SERVER_ERROR (1 of 1)'];
    expect(check(answer({ body }), true)).toEqual(wanted);
    expect(check(answer({ body: `event: next\ndata: ${body}\n\n` }), true)).toEqual(wanted);
    expect(check(answer({ status: 500, body: '' }), true)).toEqual(['answered 500 (1 of 1)']);
    expect(check(answer({ status: 0, failure: 'socket hang up' }), true)).toEqual([
      'not answered: socket hang up (1 of 1)',
    ]);
  });

  it('is told in a few words, the usual first', () => {
    const told = createAnswerCounts();
    const answers = [refusal('A', 'cost'), answer({}), answer({})];
    checkAnswers(answers, { served: true }, told);
    expect(told.describe()).toBe('200 × 2, 400 A × 1');
  });
});
