/** Guards of what is said where STS, or the local one, refuses. */
import type { Mutant } from './mutant.ts'

export const STS_REFUSAL_MUTANTS: readonly Mutant[] = [
  {
    guard: 'likely causes: what a token says is one word of a command',
    find: "return /^[\\w.:/@=+,-]+$/.test(text) ? text : `'${",
    replace: "return text.length > 0 ? text : `'${",
  },
  {
    guard: 'likely causes: printable text only',
    find: "claim.replace(/\\p{C}/gu, '?')",
    replace: 'claim',
  },
  {
    guard: 'likely causes: at most 256 characters of a claim',
    find: 'text.length > MAX_CHARACTERS ?',
    replace: 'text.length > 20_000 ?',
  },
]

export const LOCAL_TRUST_MUTANTS: readonly Mutant[] = [
  {
    guard: 'local STS: a Deny decides',
    find: " && applicable.every(({ statement }) => statement.Effect === 'Allow')",
    replace: '',
  },
  {
    guard: 'local STS: printable text in its explanation',
    find: "const clean = text.replace(/\\p{C}/gu, '?')",
    replace: 'const clean = text',
  },
]
