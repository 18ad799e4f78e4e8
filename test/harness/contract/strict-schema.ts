import Ajv, { type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { contract, type Schema } from './openapi';

/**
 * The contract's schemas, slightly stricter: an unknown key is an error. The contract allows it only because OpenAPI does by
 * default.
 */
const ajv = addFormats(new Ajv({ strict: true, allErrors: true }));
ajv.addVocabulary(['example', 'components']);
ajv.addSchema({
  $id: 'contract',
  components: { schemas: mapValues(contract.components.schemas, (_name, schema) => closed(schema)) },
});

/** The check of a schema that stands in the contract, its references resolved. */
export function compileStrictly(schema: Schema): ValidateFunction {
  return ajv.compile(closed(schema));
}

export const errorsText = (validate: ValidateFunction): string[] =>
  (validate.errors ?? []).map(({ instancePath, message, params }) =>
    `${instancePath || '/'} ${message ?? 'is wrong'} ${JSON.stringify(params)}`.trim(),
  );

/** The schema with every object in it closed. */
function closed(schema: Schema): Schema {
  if (schema.$ref !== undefined) return { $ref: `contract${schema.$ref}` };
  const { properties, items, ...rest } = schema;
  return {
    ...rest,
    ...(items !== undefined && { items: closed(items) }),
    ...(properties !== undefined && {
      properties: mapValues(properties, (_name, property) => closed(property)),
      additionalProperties: false,
    }),
  };
}

/** The schema that a reference names, or the schema itself. */
export function resolved(schema: Schema): Schema {
  if (schema.$ref === undefined) return schema;
  const target = contract.components.schemas[schema.$ref.replace('#/components/schemas/', '')];
  if (target === undefined) throw new Error(`The contract refers to ${schema.$ref}, which it does not hold.`);
  return target;
}

function mapValues<Value, Result>(
  record: Readonly<Record<string, Value>>,
  map: (name: string, value: Value) => Result,
): Record<string, Result> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(name, value)]));
}
