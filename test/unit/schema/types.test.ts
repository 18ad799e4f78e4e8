import {
  type GraphQLSchema,
  isEnumType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
} from 'graphql';
import { buildSchemaSync, FieldResolver, Query, Resolver } from 'type-graphql';
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
import { contract, type Schema } from '../../harness/contract/openapi';

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

/** Where views come from is told by GraphQL alone. */
const BESIDE_THE_CONTRACT = new Set(['viewsSource', 'viewsMeasuredAt', 'platformFailingSince']);

/** The components that a schema of the contract refers to, and those that they refer to. */
function componentsOf(part: Schema, found = new Map<string, Schema>()): ReadonlyMap<string, Schema> {
  const name = part.$ref?.replace('#/components/schemas/', '');
  const component = name === undefined ? undefined : contract.components.schemas[name];
  if (name !== undefined && component !== undefined && !found.has(name)) {
    componentsOf(component, found.set(name, component));
  }
  for (const inner of Object.values(part.properties ?? {})) componentsOf(inner, found);
  return part.items === undefined ? found : componentsOf(part.items, found);
}

describe('the fields of the contract stand in its order in', () => {
  const sections = componentsOf(contract.components.schemas['DashboardResponse'] ?? {});

  it('every type that a dashboard section is made of', () => {
    expect(sections.size).toBeGreaterThan(0);
    expect([...sections.keys()].filter((name) => schema.getType(name) === undefined)).toEqual([]);
  });

  it.each([...sections])('%s', (name, { properties = {} }) => {
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
