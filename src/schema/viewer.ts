import { Field, ObjectType } from 'type-graphql';
import type { StoreId } from '../domain/values';
import { UUIDScalar } from './scalars';

@ObjectType({
  description:
    'Who asks, as the service reads the token: by the claims and roles that it is configured to look at.',
  simpleResolvers: true,
})
export class Viewer {
  @Field(() => [UUIDScalar], {
    description:
      'The stores that the token names, in its order, each once. An admin may read others as well.',
  })
  readonly storeIds!: readonly StoreId[];

  @Field(() => Boolean, { description: 'Whether every store may be read.' })
  readonly isAdmin!: boolean;
}
