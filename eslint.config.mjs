import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/** The floors of src: what each folder may import besides itself. Every arrow points down. */
const values = ['domain', 'errors', 'config', 'generated'];
const infrastructure = ['database', 'messaging', 'cache', 'observability', 'runtime'];
const MAY_IMPORT = {
  main: ['composition', 'commands', 'lifecycle', ...infrastructure, ...values],
  commands: ['composition', 'lifecycle', 'auth', 'workers', ...infrastructure, ...values],
  composition: [
    'gateway',
    'workers',
    'probes',
    'resolvers',
    'rest',
    'auth',
    'lifecycle',
    'schema',
    ...infrastructure,
    ...values,
  ],
  gateway: ['resolvers', 'rest', 'auth', 'probes', 'lifecycle', 'schema', ...infrastructure, ...values],
  workers: [...infrastructure, ...values],
  resolvers: ['auth', 'schema', ...infrastructure, ...values],
  // What it reads, it reads by executing the schema.
  rest: ['auth', 'messaging', 'cache', 'observability', 'runtime', ...values],
  auth: ['observability', 'runtime', ...values],
  database: ['messaging', 'cache', 'observability', 'runtime', ...values],
  messaging: ['cache', 'observability', 'runtime', 'config', 'domain', 'generated'],
  cache: ['observability', 'domain'],
  probes: ['lifecycle', 'observability', 'runtime'],
  lifecycle: ['observability', 'runtime'],
  observability: [],
  runtime: ['domain'],
  schema: ['domain'],
  config: ['domain'],
  errors: ['domain'],
  domain: [],
};

const importsOf = (parts) => `^(?:\\./|(?:\\.\\./)+)(?:${parts.join('|')})(?:/|$)`;

/** Packages that belong to one part alone, so that the others could do without them. */
const PACKAGES = [
  { names: '^(?:@prisma/|pg$|@electric-sql/|pglite-)|/generated/prisma/', at: ['database'] },
  { names: '^kafkajs$', at: ['messaging'] },
  {
    names: '^(?:ioredis|graphql-redis-subscriptions|graphql-subscriptions)$',
    at: ['messaging', 'cache', 'auth', 'composition'],
  },
  {
    names: '^(?:express$|ws$|graphql-ws|graphql-sse|express-static-gzip$|@apollo/|@as-integrations/)',
    at: ['gateway'],
  },
  { names: '^prom-client$', at: ['observability', 'gateway'] },
  { names: '^@opentelemetry/', at: ['observability'] },
  { names: '^type-graphql$', at: ['schema', 'resolvers'] },
  { names: '^jsonwebtoken$', at: ['auth'] },
  { names: '^cockatiel$', at: ['workers'] },
];

/** What a part may not import: other parts, and packages that belong to others. */
function patternsOf(part) {
  const allowed = MAY_IMPORT[part];
  const others = Object.keys(MAY_IMPORT).filter((other) => other !== part && !allowed.includes(other));
  return [
    { regex: importsOf(others), message: `${part} may not import this (see docs/architecture.md).` },
    ...PACKAGES.filter(({ at }) => !at.includes(part)).map(({ names, at }) => ({
      regex: names,
      message: `This belongs to ${at.join(' and ')} alone.`,
    })),
  ];
}

const partRules = Object.keys(MAY_IMPORT).map((part) => ({
  files: [`src/${part}.ts`, `src/${part}/**/*.ts`],
  rules: { 'no-restricted-imports': ['error', { patterns: patternsOf(part) }] },
}));

/** Texts that only a statement has. Upper case, as every statement here is written. */
const SQL_TEXT = [
  'SELECT\\s',
  'INSERT\\s+INTO',
  'DELETE\\s+FROM',
  'UPDATE\\s+["\\w.]+\\s+(AS\\s+\\w+\\s+)?SET',
  '(CREATE|ALTER|DROP)\\s+(TEMP\\s+)?(TABLE|INDEX|TYPE|ROLE|DATABASE)',
  'ORDER BY',
  'WITH\\s+\\w+\\s+AS\\s*(MATERIALIZED\\s*)?\\(',
  'ON CONFLICT',
  'FOR UPDATE',
  'LOCK TABLE',
  'TRUNCATE\\s',
  'CASE WHEN',
  '(FROM|JOIN)\\s+\\w+\\s+(AS\\s+\\w+\\s+)?(WHERE|ON|USING)',
].join('|');

/** All statements and all of Prisma stand in src/database, a file for each group of tables. */
const SQL_ELSEWHERE = [
  { selector: `Literal[value=/\\b(${SQL_TEXT})/]`, what: 'This statement' },
  { selector: `TemplateElement[value.raw=/\\b(${SQL_TEXT})/]`, what: 'This statement' },
  { selector: `CallExpression[callee.property.name='query']`, what: 'This query' },
  // Much else can be executed: an operation, an attempt behind a circuit breaker.
  {
    selector: `CallExpression[callee.property.name='execute'][callee.object.name=/^(sql|tx|database|background|transaction)$/]`,
    what: 'This statement',
  },
  {
    selector: `CallExpression[callee.property.name='execute'][callee.object.property.name=/^(sql|database|background)$/]`,
    what: 'This statement',
  },
  {
    selector: `CallExpression[callee.property.name='execute'][arguments.0.type=/^(Literal|TemplateLiteral)$/]`,
    what: 'This statement',
  },
  { selector: 'Identifier[name=/^\\$(queryRaw|executeRaw)/]', what: 'This call of Prisma' },
  { selector: `MemberExpression[property.name='prisma']`, what: 'This use of Prisma' },
  { selector: `ObjectPattern > Property[key.name='prisma']`, what: 'This use of Prisma' },
].map(({ selector, what }) => ({
  selector,
  message: `${what} belongs to src/database, as a function with a name that is called here.`,
}));

export default tseslint.config(
  {
    ignores: [
      '**/dist/',
      'coverage/',
      'src/generated/',
      'web/generated/',
      'clients/typescript/src/generated/',
      '.cache/',
      '.data/',
    ],
  },
  js.configs.recommended,
  { files: ['**/*.{ts,tsx,mts}'], extends: [...tseslint.configs.strictTypeChecked] },
  {
    files: ['**/*.{ts,tsx,mts}'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      // The schema's classes are shapes: what a formula returns is handed on as it is.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      // A resolver names all its arguments, so that the schema has them; not each is read there.
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Only config.ts reads the environment.' },
      ],
    },
  },
  ...partRules,
  {
    files: ['src/database/verification/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            ...patternsOf('database'),
            {
              regex: '^\\.\\./(?!(?:database|rows|parameters)$|\\.\\./domain/)',
              message:
                'Verification has statements of its own: an error in a shared one would be compared with itself.',
            },
          ],
        },
      ],
    },
  },
  // No comment turns a rule off: what has to be different is different here, for a whole folder, where it is read.
  { files: ['src/**/*.ts'], linterOptions: { noInlineConfig: true } },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/database/**'],
    rules: { 'no-restricted-syntax': ['error', ...SQL_ELSEWHERE] },
  },
  // Modules of one role are loaded by it alone, those of traces where there are any; import() would need file names with .js, which src does not have.
  {
    files: ['src/composition.ts', 'src/composition/traces.ts'],
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
  {
    files: ['src/config.ts', 'test/**/*.ts', 'scripts/**/*.ts', 'bench/**/*.ts'],
    rules: { 'no-restricted-properties': 'off' },
  },
  {
    files: ['web/src/**/*.{ts,tsx}'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: '^(?:\\.\\./)+(?:src|test|bench)/',
              message: 'The dashboard is a client: it knows the schema alone.',
            },
            { regex: '^echarts$', message: 'Only what is used of it, by way of charts/engine.ts.' },
          ],
        },
      ],
    },
  },
  {
    files: ['clients/typescript/src/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: '^(?:\\.\\./){2,}|^(?!\\.|graphql-ws/client$)',
              message: 'The client depends on graphql-ws alone.',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['web/public/*.js'],
    languageOptions: { globals: { localStorage: 'readonly', document: 'readonly' } },
  },
  {
    files: ['**/*.{js,mjs}'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        module: 'writable',
        __dirname: 'readonly',
        require: 'readonly',
      },
    },
  },
  {
    files: ['bench/rivals/**/*.{cjs,mjs}'],
    languageOptions: {
      globals: {
        Buffer: 'readonly',
        URL: 'readonly',
        console: 'readonly',
        exports: 'writable',
        performance: 'readonly',
        process: 'readonly',
        require: 'readonly',
      },
    },
  },
);
