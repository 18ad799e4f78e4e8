import 'reflect-metadata';
import type { GraphQLSchema } from 'graphql';
import { buildSchemaSync } from 'type-graphql';
import { DashboardSections } from './dashboard-sections';
import { Queries } from './queries';
import { SummaryCardsResolver } from './summary-cards';

/** The whole GraphQL schema. Its printed form is committed as src/schema/schema.graphql. */
export function buildSchema(): GraphQLSchema {
  return buildSchemaSync({
    resolvers: [Queries, DashboardSections, SummaryCardsResolver],
    // Arguments are scalars that parse themselves.
    validate: false,
  });
}
