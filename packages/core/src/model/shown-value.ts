/**
 * Values in messages for the operator: quoted, escaped, and cut, so that no message contains a
 * whole token or claim set.
 */

/** Of one text; a token is longer. */
const MAX_TEXT_CHARACTERS = 64
/** Of an expression or a pattern of the tenant document. */
const MAX_SOURCE_CHARACTERS = 160
/** Of a list. */
const MAX_SHOWN = 5
/** Nothing of it needs an escape sequence beyond those of JSON. It is faster than the other. */
const PLAIN = /^[\x20-\x7e]*$/
/** Would break or reorder a line of the log. */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/gu

/** @returns such as `"app", "web" and 3 more`, `7`, `none` or `an object` */
export function shownValue(value: unknown): string {
  if (typeof value === 'string') return quoted(value)
  if (Array.isArray(value)) return shownList(value)
  if (value === undefined) return 'none'
  return typeof value === 'object' && value !== null ? 'an object' : String(value)
}

/** The type of a claim that has a wrong one: its value is of no use, and may be of a person. */
export function shownType(value: unknown): string {
  if (value === undefined) return 'none'
  if (value === '') return 'an empty text'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return value === null ? 'null' : 'an object'
  return `a ${typeof value}`
}

/** What of the tenant document is shown as it is written there. */
export function shownSource(text: string): string {
  return cut(text, MAX_SOURCE_CHARACTERS)
}

function quoted(text: string): string {
  const shown = cut(text, MAX_TEXT_CHARACTERS)
  const written = JSON.stringify(shown)
  return PLAIN.test(shown) ? written : written.replace(UNPRINTABLE, escaped)
}

function escaped(character: string): string {
  return Array.from({ length: character.length }, (_, index) => {
    const unit = character.charCodeAt(index).toString(16)
    return `\\u${unit.padStart(4, '0')}`
  }).join('')
}

function shownList(values: readonly unknown[]): string {
  const more = values.length - MAX_SHOWN
  const shown = values
    .slice(0, MAX_SHOWN)
    .map((one) => (Array.isArray(one) ? 'a list' : shownValue(one)))
  if (shown.length === 0) return 'none'
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ')
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1).toWellFormed()}…`
}
