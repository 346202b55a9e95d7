/** Guards of what is logged about origins of web pages. */
import type { Mutant } from './mutant.ts'

export const ORIGIN_MUTANTS: readonly Mutant[] = [
  {
    guard: 'blocked origins: one line per minute',
    find: 'seen.has(key) || ',
    replace: '',
  },
  {
    guard: 'blocked origins: at most 20 in a minute',
    find: 'if (seen.size > MAX_ORIGINS_PER_MINUTE) {',
    replace: 'if (seen.size > 1_000_000) {',
  },
  {
    guard: 'blocked origins: a bounded set',
    find: ' || seen.size > MAX_ORIGINS_PER_MINUTE) return',
    replace: ') return',
  },
  {
    guard: 'blocked origins: no token',
    find: "origin.replace(/eyJ[\\w.+/=-]*/g, '[token]')",
    replace: 'origin',
  },
  {
    guard: 'blocked origins: at most 256 characters',
    find: '`${text.slice(0, MAX_CHARACTERS - 1)}…` : text',
    replace: 'text : text',
  },
]
