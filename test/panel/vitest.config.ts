import { defineConfig } from 'vitest/config';

/** The panel in a real browser: `npx vitest run --config test/panel/vitest.config.ts`. */
export default defineConfig({
  test: {
    include: ['test/panel/**/*.test.ts'],
    testTimeout: 600_000,
    hookTimeout: 300_000,
    fileParallelism: false,
    pool: 'forks',
    maxWorkers: 1,
  },
});
