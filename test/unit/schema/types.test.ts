import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  type GraphQLSchema,
  isEnumType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
} from 'graphql';
import { buildSchemaSync, FieldResolver, Query, Resolver } from 'type-graphql';
import { parse } from 'yaml';
import { z } from 'zod';
import { ChannelPerformance } from '../../../src/schema/channel-performance';
import { ComparativeAnalysis } from '../../../src/schema/comparative-analysis';
import { Dashboard } from '../../../src/schema/dashboard';
import { EventConnection } from '../../../src/schema/event-connection';
import { ParticipantProfile } from '../../../src/schema/participant-profile';
import { ParticipationTrend } from '../../../src/schema/participation-trend';
import { RoiAnalysis } from '../../../src/schema/roi-analysis';
import {
  RoiCard,
  SalesGrowthCard,
  SummaryCards,
  TotalParticipantsCard,
  TotalViewsCard,
} from '../../../src/schema/summary-cards';

/** The smallest resolvers that make every type part of a schema. They are never asked. */
@Resolver(() => SummaryCards)
class Roots {
  @Query(() => Dashboard, { nullable: true, description: '-' }) dashboard() {
    return null;
  }
  @Query(() => EventConnection, { nullable: true, description: '-' }) events() {
    return null;
  }
  @Query(() => [ChannelPerformance], { description: '-' }) channels() {
    return [];
  }
  @Query(() => ParticipationTrend, { nullable: true, description: '-' }) trend() {
    return null;
  }
  @Query(() => RoiAnalysis, { nullable: true, description: '-' }) roiAnalysis() {
    return null;
  }
  @Query(() => ParticipantProfile, { nullable: true, description: '-' }) profile() {
    return null;
  }
  @Query(() => ComparativeAnalysis, { nullable: true, description: '-' }) comparison() {
    return null;
  }
  @Query(() => SummaryCards, { nullable: true, description: '-' }) cards() {
    return null;
  }
  @FieldResolver(() => TotalParticipantsCard, { description: '-' }) totalParticipants() {
    return null;
  }
  @FieldResolver(() => TotalViewsCard, { description: '-' }) totalViews() {
    return null;
  }
  @FieldResolver(() => RoiCard, { description: '-' }) roi() {
    return null;
  }
  @FieldResolver(() => SalesGrowthCard, { description: '-' }) salesGrowth() {
    return null;
  }
}

const schema: GraphQLSchema = buildSchemaSync({ resolvers: [Roots], validate: false });
const types = Object.values(schema.getTypeMap()).filter(
  (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type) && type.name !== 'Query',
);

it.each(types.map((type) => [type.name, type] as const))(
  '%s is described, and so is each of its fields',
  (_, type) => {
    expect(type.description).toBeTruthy();
    const parts = isObjectType(type)
      ? Object.values(type.getFields())
      : isEnumType(type)
        ? type.getValues()
        : [];
    expect(parts.filter(({ description }) => !description).map(({ name }) => name)).toEqual([]);
  },
);

const object = z.record(z.string(), z.unknown());
const contract = z
  .object({ components: z.object({ schemas: z.record(z.string(), z.object({ properties: object })) }) })
  .parse(parse(readFileSync(path.join(__dirname, '../../../src/rest/openapi.yaml'), 'utf8')))
  .components.schemas;

/** Where views come from is told by GraphQL alone. */
const BESIDE_THE_CONTRACT = new Set(['viewsSource', 'viewsMeasuredAt', 'platformFailingSince']);

describe('the fields of the contract stand in its order in', () => {
  const shared = Object.entries(contract).filter(([name]) => schema.getType(name) !== undefined);

  it('every type that a dashboard section is made of', () => {
    expect(shared.map(([name]) => name)).toEqual(
      Object.keys(contract).filter((name) => name !== 'DashboardResponse' && name !== 'ErrorResponse'),
    );
  });

  it.each(shared)('%s', (name, { properties }) => {
    const type = schema.getType(name);
    const fields = isObjectType(type) ? Object.keys(type.getFields()) : [];
    expect(fields.filter((field) => !BESIDE_THE_CONTRACT.has(field))).toEqual(Object.keys(properties));
  });
});

it('a dashboard carries its event for its resolvers without showing it', () => {
  const type = schema.getType('Dashboard');
  expect(isObjectType(type) && Object.keys(type.getFields())).toEqual([
    'eventId',
    'storeId',
    'eventTitle',
    'lastUpdated',
  ]);
});
