import { z } from 'zod';
import { ERRORS, type ErrorCode } from '../../../src/errors';
import { misplacedKeys } from './key-order';
import { contract, type ContractPath, exampleOf, responseOf, type Schema } from './openapi';
import { compileStrictly, errorsText } from './strict-schema';

/** What the HTTP server answers on any path, and the contract does not repeat for each resource. */
const OF_ANY_RESOURCE: ReadonlySet<string> = new Set<ErrorCode>([
  'METHOD_NOT_ALLOWED',
  'TOO_MANY_REQUESTS',
  'SERVICE_OVERLOADED',
]);

const JSON_TYPE = 'application/json; charset=utf-8';

/** The parts of a REST answer that the contract specifies. */
export interface ContractAnswer {
  /** Undefined for a path outside of the contract: then only the shape of an error is checked. */
  readonly resource: ContractPath | undefined;
  readonly method: string;
  readonly status: number;
  readonly contentType: string | undefined;
  readonly body: string;
}

/** All violations of the contract in an answer. */
export function violations(answer: ContractAnswer): string[] {
  if (answer.status < 300) return violationsOfSuccess(answer);
  return answer.status < 400 ? violationsOfEmptiness(answer) : violationsOfFailure(answer);
}

function violationsOfSuccess(answer: ContractAnswer): string[] {
  if (answer.resource === undefined) return [];
  if (answer.method === 'OPTIONS' && answer.status === 204) return violationsOfEmptiness(answer);
  const documented = responseOf(answer.resource, answer.status);
  if (documented === undefined) return [undocumented(answer)];
  return violationsOfBody(answer, documented.schema);
}

function violationsOfFailure(answer: ContractAnswer): string[] {
  const shape = violationsOfBody(answer, contract.components.schemas['ErrorResponse'] ?? {});
  if (shape.length > 0 || answer.method === 'HEAD') return shape;
  return violationsOfWords(answer);
}

const words = z.object({ error: z.string(), message: z.string() });

/** Where the contract has an example of the failure, its code and its message are the only ones allowed. */
function violationsOfWords({ resource, status, body }: ContractAnswer): string[] {
  const { error, message } = words.parse(JSON.parse(body));
  if (resource !== undefined && responseOf(resource, status) !== undefined) {
    const wanted = words.parse(exampleOf(resource, status));
    return error === wanted.error && message === wanted.message
      ? []
      : [`${status} says ${error} “${message}”, not ${wanted.error} “${wanted.message}”`];
  }
  const known = Object.entries(ERRORS).find(([code]) => code === error);
  if (known?.[1].status !== status) return [`${error} is no code of a failure with ${status}`];
  return resource === undefined || OF_ANY_RESOURCE.has(error) ? [] : [undocumented({ resource, status })];
}

const undocumented = ({ resource, status }: Pick<ContractAnswer, 'resource' | 'status'>): string =>
  `undocumented status: the contract says nothing of ${resource} with ${status}`;

function violationsOfBody({ method, contentType, body }: ContractAnswer, schema: Schema): string[] {
  const type = contentType === JSON_TYPE ? [] : [`the content type is ${contentType}, not ${JSON_TYPE}`];
  if (method === 'HEAD') return body === '' ? type : [...type, 'an answer to HEAD has a body'];
  const parsed = parsedJson(body);
  if (parsed === undefined) return [...type, `the body is not JSON: ${body.slice(0, 100)}`];
  const validate = validatorOf(schema);
  const invalid = validate(parsed) ? [] : errorsText(validate);
  return [...type, ...invalid, ...misplacedKeys(parsed, schema)];
}

function violationsOfEmptiness({ status, body }: ContractAnswer): string[] {
  return body === '' ? [] : [`an answer with ${status} has a body`];
}

function parsedJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

const validators = new Map<Schema, ReturnType<typeof compileStrictly>>();

function validatorOf(schema: Schema): ReturnType<typeof compileStrictly> {
  const known = validators.get(schema) ?? compileStrictly(schema);
  validators.set(schema, known);
  return known;
}
