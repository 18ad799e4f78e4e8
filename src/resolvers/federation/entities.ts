import type { GraphQLResolveInfo } from 'graphql';
import { Arg, createUnionType, Ctx, Field, Info, ObjectType, Query, Resolver } from 'type-graphql';
import { mayRead } from '../../auth/may-read';
import { AppError, badUserInput, forbidden } from '../../errors';
import type { EventReading } from '../../database/facts/event-facts';
import type { EventId } from '../../domain/values';
import { Dashboard } from '../../schema/dashboard';
import { Event } from '../../schema/event';
import { AnyScalar } from '../../schema/scalars';
import { Store } from '../../schema/store';
import { loadReadableEvents } from '../authorized';
import type { OperationContext } from '../context';
import { type DashboardRoot, toDashboard } from '../dashboard-root';
import { toEvent } from '../event-page';
import { MOST_ENTITIES } from '../list-limits';
import { selectedFactsOf } from '../needs';
import { type ParsedRepresentation, parseRepresentations, type Representation } from './representation';
import { subgraphSdl } from './sdl';

@ObjectType('_Service', {
  description: 'This schema as a subgraph of a federated one.',
  simpleResolvers: true,
})
class Service {
  @Field(() => String, { description: 'The schema with the directives of Apollo Federation 2.' })
  readonly sdl!: string;
}

/** An entity that tells its type. */
type Of<Type extends Representation['__typename'], Fields> = Fields & { readonly __typename: Type };

/** An entity, or why there is none. */
type Found = Of<'Event', Event> | Of<'Store', Store> | Of<'Dashboard', DashboardRoot> | Error;

const Entity = createUnionType({
  name: '_Entity',
  description: 'What other subgraphs refer to by its key.',
  types: () => [Event, Store, Dashboard] as const,
  resolveType: (found) => ('__typename' in found ? String(found.__typename) : undefined),
});

/** What a gateway asks that composes this schema with others. Viewers are authorised as they are by the queries. */
@Resolver()
export class Entities {
  @Query(() => Service, { name: '_service', description: 'What a gateway composes its schema from.' })
  service(@Info() { schema }: GraphQLResolveInfo): Service {
    return { sdl: subgraphSdl(schema) };
  }

  @Query(() => [Entity], {
    name: '_entities',
    nullable: 'items',
    description:
      'Up to 100 events, stores and dashboards by their keys, in the order of the representations. One that fails is null, with an error at its place.',
  })
  async entities(
    @Arg('representations', () => [AnyScalar], {
      description:
        'Each with its __typename and its key: eventId of an Event or a Dashboard, storeId of a Store.',
    })
    representations: unknown[],
    @Ctx() context: OperationContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Found[]> {
    if (representations.length > MOST_ENTITIES) {
      throw badUserInput(`representations: ${representations.length}, at most ${MOST_ENTITIES} are allowed`);
    }
    return findEntities(parseRepresentations(representations), context, info);
  }
}

async function findEntities(
  parsed: readonly ParsedRepresentation[],
  context: OperationContext,
  info: GraphQLResolveInfo,
): Promise<Found[]> {
  // Both begin in the same turn, and so share one statement.
  const [events, dashboards] = await Promise.all([
    loadNamed('Event', parsed, context, info),
    loadNamed('Dashboard', parsed, context, info),
  ]);

  function find(each: ParsedRepresentation): Found {
    if (each instanceof AppError) return each;
    const { __typename } = each;
    if (__typename === 'Store')
      return mayRead(context.viewer, each.storeId) ? { __typename, storeId: each.storeId } : forbidden();
    const reading = (__typename === 'Event' ? events : dashboards).get(each.eventId)!;
    if (reading instanceof Error) return reading;
    return __typename === 'Event'
      ? Object.assign(toEvent(reading.event, context.now), { __typename })
      : Object.assign(toDashboard(reading, context), { __typename });
  }

  return parsed.map(find);
}

/** @returns the events that representations of this type name, read with what is selected of the type */
async function loadNamed(
  typename: 'Event' | 'Dashboard',
  parsed: readonly ParsedRepresentation[],
  context: OperationContext,
  info: GraphQLResolveInfo,
): Promise<ReadonlyMap<EventId, EventReading | Error>> {
  const named = parsed.flatMap((each) =>
    each instanceof AppError || each.__typename !== typename ? [] : [each.eventId],
  );
  const ids = [...new Set(named)];
  if (ids.length === 0) return new Map();
  const readings = await loadReadableEvents(context, ids, selectedFactsOf(info, typename));
  return new Map(ids.map((eventId, place) => [eventId, readings[place]!]));
}
