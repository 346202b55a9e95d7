/** Guards of what a caller requests of a grant, and of what a refusal says about it. */
import type { Mutant } from './mutant.ts'

export const NARROWING_MUTANTS: readonly Mutant[] = [
  {
    guard: 'narrowing: no longer than the grant',
    find: 'const passed = requested <= most',
    replace: 'const passed = requested <= 43_200',
  },
  {
    guard: 'narrowing: a long name of a statement, which may be a token, is not quoted',
    find: 'unknown.length <= MAX_SID_CHARACTERS ?',
    replace: 'unknown.length >= 0 ?',
  },
  {
    guard: 'narrowing: a managed policy that is no ARN, and may be a token, is not quoted',
    find: "unknown.startsWith('arn:') && ",
    replace: '',
  },
  {
    guard: 'narrowing: every managed policy',
    find: 'requested.find((arn) => !known.includes(arn))',
    replace: 'requested.find((arn, place) => place === 0 && !known.includes(arn))',
  },
  {
    guard: 'narrowing: the refusal of a policy of the caller refuses the request',
    find: 'if (!(narrowed instanceof Error)) return createSessionPolicy(narrowed)',
    replace:
      'return createSessionPolicy(narrowed instanceof Error ? granted.statements : narrowed)',
  },
]
