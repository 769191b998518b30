import eslint from '@eslint/js';
import jest from 'eslint-plugin-jest';
import tseslint from 'typescript-eslint';

const notLocal = {
  group: ['**/local/**'],
  message: 'The program knows nothing of the embedded platform (docs/architecture.md).',
};
const notProgram = {
  group: ['**/components/**', '**/stacks/**', '**/policy/**'],
  message: 'The embedded platform knows nothing of the program (docs/architecture.md).',
};

export default tseslint.config(
  {
    ignores: ['node_modules', '.platform', 'results', 'coverage', '**/*.js', '**/*.mjs', '!examples/*/*.mjs'],
  },
  eslint.configs.recommended,
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      eqeqeq: 'error',
      'max-lines': ['error', { max: 320, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    // Plain JavaScript for users, outside the types of this project.
    files: ['examples/**/*.mjs'],
    ...tseslint.configs.disableTypeChecked,
    languageOptions: {
      parserOptions: { projectService: false },
      globals: { console: 'readonly', process: 'readonly' },
    },
  },
  {
    files: ['index.ts', 'components/**', 'stacks/**', 'policy/**'],
    rules: { 'no-restricted-imports': ['error', { patterns: [notLocal] }] },
  },
  { files: ['local/**'], rules: { 'no-restricted-imports': ['error', { patterns: [notProgram] }] } },
  {
    files: ['test/**'],
    ...jest.configs['flat/recommended'],
    rules: {
      ...jest.configs['flat/recommended'].rules,
      'jest/valid-expect': 'error',
      'jest/expect-expect': 'error',
      'jest/no-disabled-tests': 'error',
      'jest/no-standalone-expect': 'off',
    },
  },
  {
    // Cases break objects of every shape.
    files: ['test/policy/**', 'test/previews/**'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
);
