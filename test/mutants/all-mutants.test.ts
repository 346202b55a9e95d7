/** Code changes, and an entry whose text is gone would end the run of all others. */
import { existsSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { MUTANT_PARTS } from './all-mutants.ts'
import { placesOf } from './mutant.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')

describe.each(MUTANT_PARTS)('the guards of $source', ({ source, mutants, tests }) => {
  it.each(mutants)('$guard is found once, and removed', ({ find, replace }) => {
    expect(placesOf(find, ROOT, source)).toHaveLength(1)
    expect(replace).not.toBe(find)
  })

  it('have tests that exist', () => {
    expect(tests.filter((file) => !existsSync(path.join(ROOT, file)))).toEqual([])
  })
})
