/** Guards of recorded inputs and of replays, each with the change that removes it. */
import type { Mutant } from './mutant.ts'

export const RECORDED_INPUT_MUTANTS: readonly Mutant[] = [
  {
    guard: 'no document records all claims',
    find: '...ofActors].some((path) => path.length === 0)',
    replace: '...ofActors].some(() => false)',
  },
  {
    guard: 'only tenants that say so record inputs',
    find: '  if (tenant.recordInputs) {',
    replace: '  if (tenant) {',
  },
  {
    guard: 'no claim is recorded that the document does not read',
    find: '      ...pick(claims, paths.claims),',
    replace: '      ...claims,',
  },
  {
    guard: 'inputs do not fill the log',
    find: "return writeExactJson(inputs).length > MAX_INPUT_CHARACTERS ? 'too large' : inputs",
    replace: 'return inputs',
  },
]

export const RECORDED_INPUT_TESTS = [
  'test/endpoints/recorded-inputs.test.ts',
  'test/unit/document/recorded-paths.test.ts',
]
