import tseslint from 'typescript-eslint';

/** Imports a folder may not make: the layering of ARCHITECTURE.md, held by lint. */
const forbid = (files, patterns, ignores = []) => ({
  files,
  ignores,
  rules: { 'no-restricted-imports': ['error', { patterns }] },
});
const vscode = { group: ['vscode'], message: 'Only extension.ts, commands.ts and views/ import vscode.' };
const aws = { group: ['@aws-sdk/*'], message: 'Only target/ imports the AWS SDK, and lazily.' };
const views = {
  regex: '(^|/)views/',
  message: 'Only extension.ts and commands.ts see views/; what they share stands below it.',
};
const noEditor = ['src/extension.ts', 'src/commands.ts', 'src/views/**'];

export default tseslint.config(
  { ignores: ['dist', 'out', 'node_modules', 'examples', 'media', 'test/fixtures', '**/*.mjs', '**/*.cjs', '**/*.js'] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: { project: ['./tsconfig.json', './webview/tsconfig.json'], tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      'no-eval': 'error',
      'no-new-func': 'error',
      'max-lines': ['error', { max: 400 }],
      eqeqeq: 'error',
    },
  },
  forbid(['src/**/*.ts'], [vscode, aws, views], [...noEditor, 'src/target/**']),
  forbid(['src/target/**/*.ts'], [vscode, views]),
  forbid(noEditor, [aws]),
  forbid(
    ['src/trace/**/*.ts', 'src/stats/**/*.ts', 'src/cost/**/*.ts'],
    [vscode, aws, views, { group: ['node:*', 'fs', 'path'], message: 'trace, stats and cost are pure.' }],
  ),
  forbid(
    ['webview/**/*.ts'],
    [{ regex: '\\.\\./src/(?!protocol|model)', message: 'webview/ sees only protocol and model.' }, vscode, aws],
  ),
  {
    // Tests read JSON of all kinds and hand methods on; what they check is checked when they run.
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/require-await': 'off',
    },
  },
  {
    files: ['src/engine/**/*.ts', 'src/run/**/*.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'Time only through the clock.' },
      ],
      'no-restricted-globals': [
        'error',
        { name: 'setTimeout', message: 'Time only through the clock.' },
        { name: 'setInterval', message: 'Time only through the clock.' },
      ],
    },
  },
);
