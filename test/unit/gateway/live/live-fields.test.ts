import { buildSchema } from '../../../../src/resolvers/build-schema';
import { LIVE_FIELDS, perField } from '../../../../src/resolvers/live-source';

describe('the subscriptions of the schema', () => {
  const subscriptions = Object.keys(buildSchema().getSubscriptionType()?.getFields() ?? {}).sort();

  it('each have their rules, and no others have any', () => {
    expect(Object.keys(LIVE_FIELDS).sort()).toEqual(subscriptions);
  });

  it('each have an entry of their own in every table', () => {
    const own = Object.fromEntries(subscriptions.map((field) => [field, field]));
    expect(perField((field) => field)).toEqual(own);
  });
});
