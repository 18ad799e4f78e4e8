import type { Given } from './given';
import { ISSUER_FIELDS, issuerItem, issuerName } from './issuer-fields';
import type { IssuerConfig } from './issuers';
import { type ReadList, readJsonList } from './json-list';
import { toIssuerDefaults } from './single-issuer';
import { variables } from './variables';

/** The list is in one of these. */
export const ISSUER_SOURCES = ['JWT_ISSUERS', 'JWT_ISSUERS_FILE'] as const;
const [inline, file] = ISSUER_SOURCES;

const defaultsOfList = variables.pick({
  JWT_AUDIENCE_CLAIM: true,
  JWT_STORES_CLAIM: true,
  JWT_ROLES_CLAIM: true,
  JWT_ADMIN_ROLES: true,
});

/**
 * Reads the list of issuers from the variable that is set. A list with a problem counts as empty.
 *
 * @param given the variables that are set, by name: also those that the list refers to by `$NAME`
 */
export function readIssuers(given: Given): ReadList<IssuerConfig> {
  // Those that cannot be read are reported by themselves.
  const defaults = toIssuerDefaults(defaultsOfList.safeParse(given).data ?? defaultsOfList.parse({}));
  const isProduction = given['NODE_ENV']?.trim() === 'production';
  const read = readJsonList<IssuerConfig>(given, {
    inline,
    file,
    words: { one: 'issuer', many: 'issuers' },
    item: issuerItem(given, { defaults, isProduction }),
    fields: ISSUER_FIELDS,
    key: { name: 'issuer', value: issuerName },
  });
  const source = ISSUER_SOURCES.find((name) => given[name] !== undefined);
  const isEmpty = source !== undefined && read.items.length + read.problems.length === 0;
  // Empty, it would count as none, and a key would be made up.
  return isEmpty ? { items: [], problems: [`${source}: is empty (one issuer at least)`] } : read;
}
