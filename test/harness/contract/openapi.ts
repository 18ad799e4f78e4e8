import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import type { paths } from '../../../src/generated/openapi';

/** The contract file as it is committed; the tests read the very file that the service serves. */
export const CONTRACT_PATH = path.join(__dirname, '../../../src/rest/openapi.yaml');

/** A JSON schema, as far as the tests walk through one; the validator reads the rest. */
export interface Schema {
  readonly [keyword: string]: unknown;
  readonly $ref?: string | undefined;
  readonly properties?: Readonly<Record<string, Schema>> | undefined;
  readonly items?: Schema | undefined;
}

const schema: z.ZodType<Schema> = z.looseObject({
  $ref: z.string().optional(),
  get properties() {
    return z.record(z.string(), schema).optional();
  },
  get items() {
    return schema.optional();
  },
});

const mediaType = z.object({
  schema,
  examples: z.record(z.string(), z.object({ value: z.unknown() })).default({}),
});

const operation = z.object({
  /** Empty where no token is needed. */
  security: z.array(z.unknown()).default([]),
  responses: z.record(z.string(), z.object({ content: z.object({ 'application/json': mediaType }) })),
});

const document = z.object({
  paths: z.record(z.string(), z.object({ get: operation })),
  components: z.object({ schemas: z.record(z.string(), schema) }),
});

/** The resources that the contract names, as it writes their paths. */
export type ContractPath = keyof paths;

export const contract = document.parse(parse(readFileSync(CONTRACT_PATH, 'utf8')));

/** The resources that need a token. */
export const SECURED: readonly ContractPath[] = (Object.keys(contract.paths) as ContractPath[]).filter(
  (resource) => contract.paths[resource]?.get.security.length !== 0,
);

/** What the contract says of one status of a resource; undefined when it does not mention the status. */
export function responseOf(resource: ContractPath, status: number): z.infer<typeof mediaType> | undefined {
  return contract.paths[resource]?.get.responses[String(status)]?.content['application/json'];
}

/** The one example that the contract gives of a response. */
export function exampleOf(resource: ContractPath, status: number): unknown {
  const [example] = Object.values(responseOf(resource, status)?.examples ?? {});
  if (example === undefined) throw new Error(`The contract has no example of ${resource} with ${status}.`);
  return example.value;
}
