import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['src/**/*.test.ts', 'test/cli/**/*.test.ts', 'test/repo/**/*.test.ts'] } },
      {
        test: {
          name: 'live',
          include: ['test/live/**/*.test.ts'],
          globalSetup: ['test/live/setup.ts'],
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
