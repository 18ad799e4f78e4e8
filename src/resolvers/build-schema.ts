import 'reflect-metadata';
import type { GraphQLSchema } from 'graphql';
import { buildSchemaSync, type PubSub } from 'type-graphql';
import { DashboardSections } from './dashboard-sections';
import { EventDashboard } from './event-dashboard';
import { Entities } from './federation/entities';
import { Queries } from './queries';
import { ServiceQueries, ServiceResolver } from './service';
import { StoreResolver } from './stores';
import { Subscriptions } from './subscriptions';
import { SummaryCardsResolver } from './summary-cards';

/** TypeGraphQL wants one where there are subscriptions, though ours say themselves what they watch. */
const NO_PUBSUB: PubSub = {
  publish: () => undefined,
  subscribe: () => {
    throw new Error('Subscriptions here have no topics.');
  },
};

export interface SchemaOptions {
  /** Whether gateways can compose it with others: adds `_service` and `_entities`. */
  readonly federation?: boolean;
}

/** The whole GraphQL schema. Its printed form, without federation, is committed as src/schema/schema.graphql. */
export function buildSchema({ federation = false }: SchemaOptions = {}): GraphQLSchema {
  return buildSchemaSync({
    resolvers: [
      Queries,
      Subscriptions,
      EventDashboard,
      StoreResolver,
      DashboardSections,
      SummaryCardsResolver,
      ServiceQueries,
      ServiceResolver,
      ...(federation ? [Entities] : []),
    ],
    pubSub: NO_PUBSUB,
    // Arguments are scalars that parse themselves.
    validate: false,
  });
}
