import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

export default defineConfig(
  { ignores: ['dist/**', 'coverage/**', '.cache/**', 'test/consumers/fixtures/**', '**/*.mjs', '**/*.cjs'] },
  tseslint.configs.strictTypeChecked,
  { languageOptions: { parserOptions: { projectService: true } } },
  {
    rules: {
      eqeqeq: 'error',
      'no-console': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/explicit-function-return-type': ['error', { allowExpressions: true, allowTypedFunctionExpressions: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      // A method that only fulfils a port is async so that what it throws is a rejection.
      '@typescript-eslint/require-await': 'off',
      // What was caught is passed on as it is, whatever it is.
      '@typescript-eslint/prefer-promise-reject-errors': ['error', { allowThrowingUnknown: true }],
      // Numbers in messages are plain digits; a cast around each would say nothing.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // A generic that only names the result is how users say what they stored: get<User>('user:1').
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
    },
  },
  {
    // Optional peers are loaded where they are used, with a literal that bundlers see.
    files: ['src/**/*.ts'],
    rules: {
      '@typescript-eslint/no-require-imports': [
        'error',
        { allow: ['^ioredis$', '^redis$', '^@keyv/valkey$', '^opossum$', '^@opentelemetry/'] },
      ],
    },
  },
  {
    files: ['src/adapters/system/console-logger.ts', 'test/support/root-hooks.ts', 'bench/**/*.ts', 'examples/**/*.ts', 'scripts/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    // chai asserts with property reads, and fakes and handlers are short functions whose types are plain to see.
    files: ['test/**/*.ts', 'bench/**/*.ts', 'examples/**/*.ts', 'scripts/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unused-expressions': 'off',
      '@typescript-eslint/explicit-function-return-type': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
);
