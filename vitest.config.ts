import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.ts';

/** Set by scripts/test.mjs to count the live tests where none can run: listing them must not start an engine. */
const onlyListed = process.env.CLAWPROOF_LIST_TESTS === '1';

/** What failed is told whole: "expected [ Array(1) ]" helps nobody who has only the log. */
const chaiConfig = { truncateThreshold: 2000 };

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: 'unit',
          chaiConfig,
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
          chaiConfig,
          include: ['test/live/**/*.test.ts'],
          globalSetup: onlyListed ? [] : ['test/live/setup.ts'],
          testTimeout: 300_000,
          hookTimeout: 1_200_000,
          // Each file has its own deployment, and waits for it most of the time; more than two starve each other on two cores.
          maxWorkers: 2,
        },
      },
    ],
  },
});
