import type { KeyObject } from 'node:crypto';
import { z } from 'zod';
import { CLAIM_PATH_MAY_BE, type ClaimPath, claimPath, type GrantingClaims } from './claims';
import type { Given } from './given';
import { defaultAlgorithm, fittingAlgorithms, type IssuerConfig, type KeySource } from './issuers';
import { refusal, textOrVariable, textWhere } from './json-fields';
import {
  comesSafely,
  hasCredentials,
  hasQuery,
  isHttpUrl,
  UNSAFE_KEYS,
  WITH_CREDENTIALS,
  WITH_QUERY,
} from './key-addresses';
import { publicKey, secretKey, TOKEN_ALGORITHMS, weaknessOf } from './keys';

/** The fields of an issuer in the list of issuers. */

/** What an issuer of the list has where it does not say otherwise. */
export interface IssuerDefaults {
  readonly audienceClaim: ClaimPath;
  readonly claims: GrantingClaims;
}

export interface IssuerFieldOptions {
  readonly defaults: IssuerDefaults;
  readonly isProduction: boolean;
}

const AUDIENCE_MAY_BE = 'a text, or a list of texts';
const PATHS_MAY_BE = `${CLAIM_PATH_MAY_BE}, or a list of those`;

export const issuerName = textWhere((text) => text !== '', 'what its tokens have in iss');

const texts = (mayBe: string) => {
  const error = refusal(mayBe);
  const text = z.string({ error }).trim().min(1, { error });
  const list = z.array(text, { error }).nonempty({ error });
  return z.union([text.transform((one): readonly string[] => [one]), list], { error });
};

/** A list of names inside the list is one path, whatever is in its names. */
const names = z.tuple([z.string().min(1)], z.string().min(1));
const paths = z.union(
  [
    claimPath().transform((path): readonly ClaimPath[] => [path]),
    z.array(z.union([claimPath(), names])).nonempty({ error: refusal(PATHS_MAY_BE) }),
  ],
  { error: refusal(PATHS_MAY_BE) },
);

/** Reads a key as its variable does. */
const keyIn = (text: z.ZodType<string, string>, key: z.ZodType<KeyObject, string>) =>
  text.transform((given, context) => {
    const read = key.safeParse(given);
    if (read.success) return read.data;
    context.addIssue(`its value cannot be used (${read.error.issues[0]?.message})`);
    return z.NEVER;
  });

const SECRET_MAY_BE = 'a secret for HS256, or $NAME for the value of a variable';

const strongSecret = (given: Given, isProduction: boolean) =>
  textOrVariable(given, SECRET_MAY_BE).superRefine((text, context) => {
    // A blank variable counts as not set.
    if (text.trim() === '') context.addIssue(`its value cannot be used (${SECRET_MAY_BE})`);
    const weakness = isProduction ? weaknessOf(text) : undefined;
    if (weakness !== undefined) context.addIssue(weakness);
  });

const jwksUri = (isProduction: boolean) =>
  textWhere(isHttpUrl, 'like https://issuer.example/.well-known/jwks.json')
    .refine((uri) => !isHttpUrl(uri) || !hasCredentials(uri), { error: WITH_CREDENTIALS })
    .refine((uri) => !isProduction || !isHttpUrl(uri) || comesSafely(uri), { error: UNSAFE_KEYS });

const shape = (given: Given, isProduction: boolean) => ({
  issuer: issuerName,
  jwksUri: jwksUri(isProduction).optional(),
  publicKey: keyIn(z.string({ error: refusal('a public key in PEM') }), publicKey()).optional(),
  secret: keyIn(strongSecret(given, isProduction), secretKey()).optional(),
  algorithm: z.enum(TOKEN_ALGORITHMS, { error: refusal(`one of ${TOKEN_ALGORITHMS.join(', ')}`) }).optional(),
  audience: texts(AUDIENCE_MAY_BE).optional(),
  audienceClaim: z
    .string({ error: refusal(CLAIM_PATH_MAY_BE) })
    .pipe(claimPath())
    .optional(),
  storesClaim: paths.optional(),
  rolesClaim: paths.optional(),
  adminRoles: texts('the name of a role, or a list of them').optional(),
});

/** The names of an issuer's fields. */
export const ISSUER_FIELDS: readonly string[] = Object.keys(shape({}, false));

type Fields = z.infer<z.ZodObject<ReturnType<typeof shape>>>;

const KEYS = ['jwksUri', 'publicKey', 'secret'] as const;

type Rule = readonly [keyof Fields, string, (fields: Fields, options: IssuerFieldOptions) => boolean];

/** What must agree among the fields of an issuer: the field that it is told of, what is wrong, and whether all is well. */
const RULES: readonly Rule[] = [
  [
    'issuer',
    'has several sources of keys (one of jwksUri, publicKey and secret, or none)',
    (fields) => KEYS.filter((key) => fields[key] !== undefined).length <= 1,
  ],
  [
    'issuer',
    'has no source of keys (jwksUri, publicKey or secret; or a URL as issuer, to look its keys up by)',
    (fields) => hasKey(fields) || isHttpUrl(fields.issuer),
  ],
  ['issuer', WITH_CREDENTIALS, ({ issuer }) => !isHttpUrl(issuer) || !hasCredentials(issuer)],
  ['issuer', WITH_QUERY, (fields) => !isDiscovered(fields) || !hasQuery(fields.issuer)],
  [
    'issuer',
    UNSAFE_KEYS,
    (fields, { isProduction }) => !isProduction || !isDiscovered(fields) || comesSafely(fields.issuer),
  ],
  [
    'algorithm',
    'does not fit the key (another one, or none)',
    ({ algorithm, ...fields }) =>
      algorithm === undefined || fittingAlgorithms(keySourceOf(fields, false)).includes(algorithm),
  ],
  [
    'audienceClaim',
    'has no audience to be compared with (audience beside it)',
    ({ audience, audienceClaim }) => audience !== undefined || audienceClaim === undefined,
  ],
  [
    'audience',
    `is missing, and JWT_AUDIENCE_CLAIM has nothing to be compared with (${AUDIENCE_MAY_BE})`,
    ({ audience, audienceClaim }, { defaults }) =>
      audience !== undefined || audienceClaim !== undefined || isUsual(defaults.audienceClaim),
  ],
];

const hasKey = (fields: Fields): boolean => KEYS.some((key) => fields[key] !== undefined);
const isDiscovered = (fields: Fields): boolean => !hasKey(fields) && isHttpUrl(fields.issuer);
const isUsual = (audienceClaim: ClaimPath): boolean => audienceClaim.join('.') === 'aud';

/** An issuer of the list. Rules are applied beside invalid fields, which must not hide other problems. */
export function issuerItem(given: Given, options: IssuerFieldOptions) {
  const whole = z.strictObject(shape(given, options.isProduction), {
    error: 'its value cannot be used (an object)',
  });
  const ruled = RULES.reduce(
    (item, [field, error, holds]) =>
      item.refine((fields) => holds(fields, options), {
        path: [field],
        error,
        when: (payload) => isWorthRuling(payload, field),
      }),
    whole,
  );
  return ruled.transform((fields) => toIssuer(fields, options));
}

/** A field with a problem of its own says nothing more of itself, and a key that cannot be read nothing of its algorithm. */
function isWorthRuling({ value, issues }: z.core.ParsePayload, field: keyof Fields): boolean {
  const broken = issues.map(({ path }) => path?.[0]);
  const isAnIssuer = z.looseObject({ issuer: z.string() }).safeParse(value).success;
  return isAnIssuer && !broken.some((name) => name === field || KEYS.some((key) => key === name));
}

function toIssuer(fields: Fields, { defaults, isProduction }: IssuerFieldOptions): IssuerConfig {
  const { issuer, audience = [], audienceClaim = defaults.audienceClaim } = fields;
  const keySource = keySourceOf(fields, !isProduction);
  return {
    issuer,
    keySource,
    algorithm: fields.algorithm ?? defaultAlgorithm(keySource),
    audiences: audience,
    audienceClaim,
    claims: {
      stores: fields.storesClaim ?? defaults.claims.stores,
      roles: fields.rolesClaim ?? defaults.claims.roles,
      adminRoles: fields.adminRoles ? new Set(fields.adminRoles) : defaults.claims.adminRoles,
    },
  };
}

function keySourceOf(
  { issuer, secret: secretOfIssuer, publicKey: key, jwksUri }: Pick<Fields, 'issuer' | (typeof KEYS)[number]>,
  allowsHttp: boolean,
): KeySource {
  if (secretOfIssuer) return { kind: 'secret', key: secretOfIssuer };
  if (key) return { kind: 'public-key', key };
  return jwksUri ? { kind: 'jwks', uri: jwksUri } : { kind: 'discovery', issuer, allowsHttp };
}
