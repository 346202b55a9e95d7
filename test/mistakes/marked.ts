/** Short ways to write marks. */
import { HIDDEN, type Marks } from './mistake.ts'

type Mark = string | RegExp

export function mark(check: Mark, expected: Mark, found: Mark, fix: Mark): Marks {
  return { check, expected, found, fix }
}

/** Of a response to a caller that may know what failed and what to do, and neither value. */
export function withoutValues(check: Mark, fix: Mark): Marks {
  return { check, expected: HIDDEN, found: HIDDEN, fix }
}

/** The caller cannot correct it, and knows whom to ask, with the id of the request. */
export const ASK_OPERATOR = /operator|administrator|request ?id/i

/** Of what only the request itself shows: callers may know as much as operators. */
export function openly(check: Mark, expected: Mark, found: Mark, fix: Mark) {
  const marks = mark(check, expected, found, fix)
  return { operator: marks, response: marks }
}
