import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases';
import type { ParseOptions, ValidationRule } from 'graphql';

/** The largest body of a GraphQL request. */
export const MAX_GRAPHQL_BYTES = 100 * 1024;

/** Three times what a client needs that selects everything twice. */
export const PARSE_OPTIONS: ParseOptions = { maxLexicalTokens: 5_000 };

/**
 * What one operation may ask. The types do not nest in themselves, so its depth is limited by the schema; what could
 * be multiplied at will is the root fields, by aliases, and `dashboards` bounds its own list.
 */
export const VALIDATION_RULES: readonly ValidationRule[] = [(context) => maxAliasesRule({ n: 30 })(context)];
