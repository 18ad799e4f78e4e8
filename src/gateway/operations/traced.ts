import type { DocumentNode, OperationDefinitionNode } from 'graphql';
import { Kind } from 'graphql';
import type { Tracer, Work } from '../../observability/traces/tracer';
import type { Execute } from '../../rest/execute';
import type { Operations } from './operations';

/** The same operations, which tell of their execution: as a part of their request, or, of those that come over a socket, of none. */
export function tracedOperations(operations: Operations, tracer: Tracer): Operations {
  return {
    ...operations,
    execute: (prepared, asker) =>
      tracer.withinOrBegin(workOf(prepared.operation.definition), () => operations.execute(prepared, asker)),
  };
}

/** The same for stored operations. */
export function tracedExecute(execute: Execute, tracer: Tracer): Execute {
  return (document, variables, behalf) =>
    tracer.withinOrBegin(workOf(definitionIn(document)), () => execute(document, variables, behalf));
}

/** OpenTelemetry's names. A span is not called after its operation, whose name is its client's. */
function workOf(definition: OperationDefinitionNode | undefined): Work {
  const type = definition?.operation ?? 'query';
  return {
    name: type,
    attributes: { 'graphql.operation.type': type, 'graphql.operation.name': definition?.name?.value },
  };
}

const definitionIn = ({ definitions }: DocumentNode): OperationDefinitionNode | undefined =>
  definitions.find((one) => one.kind === Kind.OPERATION_DEFINITION);
