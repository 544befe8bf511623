import { defineConfig } from 'vitest/config';

/** Set by scripts/test.mjs to count the live tests where none can run: listing them must not start an engine. */
const onlyListed = process.env.CLAWPROOF_LIST_TESTS === '1';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          // No test mocks a module or keeps state in one: a worker reads each of them once, not once for every file.
          isolate: false,
          include: ['src/**/*.test.ts', 'test/cli/**/*.test.ts', 'test/repo/**/*.test.ts'],
          testTimeout: 20_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'live',
          include: ['test/live/**/*.test.ts'],
          globalSetup: onlyListed ? [] : ['test/live/setup.ts'],
          testTimeout: 300_000,
          hookTimeout: 1_200_000,
          // One engine, two cores: the suites share deployments and must not fight over them.
          fileParallelism: false,
          maxWorkers: 1,
        },
      },
    ],
  },
});
