import js from '@eslint/js';
import next from '@next/eslint-plugin-next';
import importX from 'eslint-plugin-import-x';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import reactHooks from 'eslint-plugin-react-hooks';
import globals from 'globals';
import tseslint from 'typescript-eslint';

const tensorflow = {
  group: ['@tensorflow/*'],
  message: 'Only packages/training/src/engine imports TensorFlow.js; take `tf` from there.',
};
const workspace = {
  group: ['@whetstone/*', '!@whetstone/schema/schema.graphql'],
  message: 'This package stands alone (ARCHITECTURE.md).',
};
const forbidImports = (...patterns) => ({
  'no-restricted-imports': ['error', { patterns }],
});

export default tseslint.config(
  {
    ignores: [
      '**/dist/',
      '**/.next/',
      '**/node_modules/',
      '**/.turbo/',
      '**/next-env.d.ts',
      'apps/dashboard/src/graphql/generated/',
      '.whetstone/',
      'docs/reference/',
    ],
  },
  js.configs.recommended,
  {
    plugins: { 'import-x': importX },
    settings: {
      'import-x/resolver-next': [
        createTypeScriptImportResolver({
          conditionNames: ['@whetstone/source', 'types', 'import', 'node', 'default'],
        }),
      ],
    },
    rules: {
      'import-x/no-cycle': 'error',
      'import-x/no-default-export': 'error',
      'max-lines': ['error', { max: 300 }],
      'max-params': ['error', 3],
    },
  },
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['vitest.config.ts', 'apps/dashboard/*.ts'] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
    },
  },
  { files: ['**/*.mjs', '**/*.cjs', '**/*.js'], languageOptions: { globals: globals.node } },
  { files: ['packages/training/**/*.ts'], rules: forbidImports(tensorflow, workspace) },
  { files: ['packages/training/src/engine/**'], rules: forbidImports(workspace) },
  { files: ['packages/schema/**/*.ts'], rules: forbidImports(tensorflow, workspace) },
  { files: ['apps/api/**/*.ts'], rules: forbidImports(tensorflow) },
  {
    files: ['apps/dashboard/**/*.{ts,tsx}'],
    plugins: { 'react-hooks': reactHooks, '@next/next': next },
    languageOptions: { globals: globals.browser },
    rules: {
      ...reactHooks.configs.recommended.rules,
      ...next.configs.recommended.rules,
      ...forbidImports(tensorflow, workspace),
      '@next/next/no-html-link-for-pages': 'off',
    },
  },
  {
    files: [
      '**/*.config.{js,ts,mjs}',
      'apps/dashboard/codegen.*',
      'apps/dashboard/{app,src/app}/**/{page,layout,error,not-found,loading,global-error,template,icon,route}.{ts,tsx}',
    ],
    rules: { 'import-x/no-default-export': 'off' },
  },
  {
    files: ['packages/training/**/*.ts', 'apps/dashboard/**/*.{ts,tsx}', 'test/**/*.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: 'Decorator',
          message: 'Decorators live in packages/schema and apps/api/src/resolvers.',
        },
      ],
    },
  },
  {
    files: ['**/*.test.{ts,tsx}', '**/*.conformance.ts'],
    rules: { 'max-lines': ['error', { max: 600 }] },
  },
);
