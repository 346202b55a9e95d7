/** Which files are tests, and how they run: with two workers, because CI has two cores. */
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    maxConcurrency: 3,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: [
      'default',
      './test/security/attack-table-reporter.ts',
      './test/plain-summary-reporter.ts',
    ],
  },
})
