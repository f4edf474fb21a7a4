import { defineConfig } from 'vitest/config';

/**
 * Unit, oracle and model tests need nothing but the tree; integration tests share one local stack that `tests/integration/stack.ts`
 * starts before the first of them and stops after the last.
 */
export default defineConfig({
  test: {
    reporters: ['default', './tests/tally.ts'],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['tests/unit/**/*.test.ts', 'tests/oracles/**/*.test.ts', 'tests/model/**/*.test.ts'],
          setupFiles: ['tests/agree.ts', 'tests/seed.ts'],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['tests/integration/**/*.test.ts'],
          globalSetup: ['tests/integration/stack.ts'],
          setupFiles: ['tests/agree.ts'],
          testTimeout: 120_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
