import { createHash } from 'node:crypto';
import { Kind, type OperationTypeNode, parse } from 'graphql';

/** One operation that a service with an allow-list accepts. */
export interface PersistedOperation {
  /** SHA-256 of the body in hexadecimal: what automatic persisted queries know it by as well. */
  readonly id: string;
  readonly name: string;
  readonly type: `${OperationTypeNode}`;
  /** The operation with its fragments, exactly as it is sent: another blank makes another id. */
  readonly body: string;
}

/** The format in which Apollo's tools write and read persisted operations, version 1. */
export interface Manifest {
  readonly format: 'apollo-persisted-query-manifest';
  readonly version: 1;
  readonly operations: readonly PersistedOperation[];
}

/**
 * @param texts each an operation with its fragments; the manifest has them by their names
 * @throws Error for a text that is not one operation with a name, and for two of one name
 */
export function toManifest(texts: readonly string[]): Manifest {
  const operations = texts.map(toOperation).sort((one, other) => (one.name < other.name ? -1 : 1));
  const twice = operations.find(({ name }, index) => operations[index + 1]?.name === name);
  if (twice) throw new Error(`Two stored operations are named ${twice.name}: each needs a name of its own.`);
  return { format: 'apollo-persisted-query-manifest', version: 1, operations };
}

function toOperation(body: string): PersistedOperation {
  const [operation, ...more] = parse(body).definitions.flatMap((each) =>
    each.kind === Kind.OPERATION_DEFINITION ? [each] : [],
  );
  if (!operation?.name || more.length > 0) {
    throw new Error(
      `A stored text is to be one operation with a name, and this is not: ${body.slice(0, 200)}`,
    );
  }
  const id = createHash('sha256').update(body).digest('hex');
  return { id, name: operation.name.value, type: operation.operation, body };
}
