/** The tests that mutation testing runs: unit tests of core, with few runs of each property. */
import * as fs from 'node:fs'
import path from 'node:path'
import { defineConfig } from 'vitest/config'

const ROOT = path.resolve(import.meta.dirname, '../..')
const FOLDERS = ['core', 'automata', 'document', 'policy']
const CORE = path.join(ROOT, 'packages/core')
const { exports: entries }: { exports: Record<string, string> } = JSON.parse(
  fs.readFileSync(path.join(CORE, 'package.json'), 'utf8'),
)

export default defineConfig({
  root: ROOT,
  resolve: {
    // Stryker works in a copy, where `@token-broker/core` would be the original, unchanged.
    alias: Object.entries(entries).map(([name, file]) => ({
      find: new RegExp(`^${path.posix.join('@token-broker/core', name)}$`),
      replacement: path.join(CORE, file),
    })),
  },
  test: {
    // Otherwise each file of tests would load core again, for each change. That is necessary only
    // for changes of what runs when a module is loaded.
    isolate: process.env.RELOADED_MODULES === 'true',
    include: FOLDERS.map((folder) => `test/unit/${folder}/**/*.test.ts`),
    setupFiles: ['test/mutation/fixed-seed.ts'],
    env: { PROPERTY_RUNS: '100' },
    testTimeout: 60_000,
  },
})
