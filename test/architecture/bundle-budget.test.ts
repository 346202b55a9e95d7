/** The bundle that every start of the broker loads has a budget, and the build fails beyond it. */
import type { Metafile } from 'esbuild'
import { expect, it } from 'vitest'
import { describeExcess } from '../../packages/functions/bundle-budget.ts'

const FILE = 'dist/broker/index.mjs'

it.each([
  ['the broker', 'broker', 280_000],
  ['a function without a budget', 'issuer', 900_000],
])('accepts %s within its budget', (_what, name, bytes) => {
  expect(describeExcess(name, metafileOf(bytes))).toBeUndefined()
})

it('refuses one byte more, and names the largest inputs', () => {
  const excess = describeExcess('broker', metafileOf(280_001))
  expect(excess).toMatch(/^dist\/broker\/index\.mjs has 280001 bytes: expected at most 280000; /)
  expect(excess).toMatch(/Its largest inputs: large\.ts \(900\), small\.ts \(100\)\.$/)
})

function metafileOf(bytes: number): Metafile {
  const inputs = { 'small.ts': { bytesInOutput: 100 }, 'large.ts': { bytesInOutput: 900 } }
  const output = { bytes, inputs, imports: [], exports: [] }
  const lazy = { ...output, bytes: 999_999 }
  return { inputs: {}, outputs: { 'dist/broker/lazy.mjs': lazy, [FILE]: output } }
}
