import { authorizationsIn } from '../../../../../src/gateway/live/websocket/authorization';

describe('the token of a socket', () => {
  it.each([
    ['in the payload', { authorization: 'Bearer a' }, undefined],
    ['under a name in any case', { AUTHORIZATION: 'Bearer a' }, undefined],
    ['in the headers of the payload', { headers: { Authorization: 'Bearer a' } }, undefined],
    ['in the upgrade', undefined, 'Bearer a'],
    [
      'in all of them, the same',
      { authorization: 'bearer a', headers: { authorization: 'Bearer a' } },
      'Bearer a',
    ],
    ['beside what is nothing', { authorization: null, headers: { Authorization: 'Bearer a' } }, undefined],
    [
      'beside the same without its scheme',
      { authorization: 'Bearer a', headers: { Authorization: 'a' } },
      undefined,
    ],
    ['beside what a proxy asks the browser for', { authorization: 'Bearer a' }, 'Basic dTpw'],
    ['beside headers that are none', { authorization: 'Bearer a', headers: 'none' }, undefined],
  ])('is found %s', (_where, payload, authorization) => {
    expect(authorizationsIn(payload, { ...(authorization && { authorization }) })).toEqual(['Bearer a']);
  });

  it.each([
    [
      'the payload and its headers',
      { authorization: 'Bearer a', headers: { Authorization: 'Bearer b' } },
      undefined,
    ],
    ['the payload and the upgrade', { Authorization: 'Bearer a' }, 'Bearer b'],
    ['the headers of the payload and the upgrade', { headers: { Authorization: 'Bearer a' } }, 'Bearer b'],
    ['two spellings of the name', { authorization: 'Bearer a', Authorization: 'Bearer b' }, undefined],
    ['a text and what is none', { authorization: 5, headers: { authorization: 'Bearer a' } }, undefined],
  ])('contradicts itself where %s differ', (_where, payload, authorization) => {
    expect(authorizationsIn(payload, { ...(authorization && { authorization }) })).toHaveLength(2);
  });

  it('is wanting where there is none', () => {
    expect([authorizationsIn(undefined), authorizationsIn({ headers: {} }, {})]).toEqual([[], []]);
  });
});
