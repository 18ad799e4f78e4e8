import js from '@eslint/js';
import boundaries from 'eslint-plugin-boundaries';
import tseslint from 'typescript-eslint';

/** What lies in src, and what each may import. Every arrow points down; nobody imports main, commands or composition. */
const ground = ['schema', 'metrics', 'errors', 'config', 'generated'];
const MAY_IMPORT = {
  main: ['composition', 'commands', 'lifecycle', 'platform', ...ground],
  commands: ['commands', 'composition', 'lifecycle', 'auth', 'workers', 'platform', ...ground],
  composition: ['gateway', 'workers', 'resolvers', 'rest', 'auth', 'platform', 'lifecycle', ...ground],
  gateway: ['gateway', 'resolvers', 'rest', 'auth', 'platform', 'lifecycle', ...ground],
  workers: ['workers', 'platform', ...ground],
  resolvers: ['resolvers', 'auth', 'platform', ...ground],
  rest: ['rest', 'auth', 'platform', ...ground],
  auth: ['auth', 'platform', ...ground],
  lifecycle: ['platform'],
  platform: ['platform', ...ground],
  config: ['config'],
  errors: ['schema'],
  metrics: ['metrics', 'schema'],
  schema: ['schema'],
};

/** Below the gateway, only the database part of the platform speaks to Prisma; rest reaches data through the schema. */
const PRISMA = {
  group: ['@prisma/*', '**/generated/prisma/**', '**/platform/database/**'],
  message: 'Data is reached by executing the GraphQL schema.',
};

const elements = Object.keys(MAY_IMPORT).map((type) =>
  ['main', 'composition', 'errors', 'lifecycle'].includes(type)
    ? { type, pattern: `src/${type}.ts`, mode: 'full' }
    : { type, pattern: [`src/${type}/**`, `src/${type}.ts`], mode: 'full' },
);

export default tseslint.config(
  { ignores: ['dist/', 'coverage/', 'src/generated/', '.cache/', '.data/'] },
  js.configs.recommended,
  { files: ['**/*.ts'], extends: [...tseslint.configs.strictTypeChecked] },
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      // `name` in a decorator's class, `{}` as an empty options object: both are what they look like.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Only config.ts reads the environment.' },
      ],
      'max-lines': ['warn', { max: 200, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ['src/**/*.ts'],
    plugins: { boundaries },
    settings: {
      'boundaries/elements': [
        ...elements,
        { type: 'generated', pattern: 'src/generated/**', mode: 'full' },
        { type: 'types', pattern: 'src/types/**', mode: 'full' },
      ],
      'import/resolver': { typescript: { project: 'tsconfig.json' } },
    },
    rules: {
      'boundaries/no-unknown': 'error',
      'boundaries/no-unknown-files': 'error',
      'boundaries/element-types': [
        'error',
        {
          default: 'disallow',
          message: '${file.type} may not import ${dependency.type}',
          rules: Object.entries(MAY_IMPORT).map(([from, allow]) => ({ from, allow })),
        },
      ],
    },
  },
  { files: ['src/rest/**/*.ts'], rules: { 'no-restricted-imports': ['error', { patterns: [PRISMA] }] } },
  {
    files: ['src/config.ts', 'test/**/*.ts', 'scripts/**/*.ts', 'bench/**/*.ts'],
    rules: { 'no-restricted-properties': 'off' },
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
);
