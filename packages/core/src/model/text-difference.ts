/** In which small way a text differs from the expected one: people overlook these. */
import { findSimilar } from './similar-words.ts'

/** Comparing many or long texts letter by letter costs time, on behalf of anyone who sends them. */
const MAX_COMPARED_CHARACTERS = 80
const MAX_COMPARED_TEXTS = 16

export interface CloseText {
  readonly text: string
  /** Continues a sentence: the text differs `only in case`. */
  readonly difference: string
}

const SPELLINGS: readonly (readonly [difference: string, normalize: (text: string) => string])[] = [
  ['only by white space at an end', (text) => text.trim()],
  ['only by a slash at the end', withoutSlash],
  ['only by http in place of https', withHttps],
  ['only in case', (text) => text.toLowerCase()],
  [
    'only in white space, case, scheme or a slash at the end',
    (text) => withoutSlash(withHttps(text.trim().toLowerCase())),
  ],
]

/** @returns the expected text that is spelled almost like the found one; its time is linear */
export function findRespelled(found: string, expected: readonly string[]): CloseText | undefined {
  for (const [difference, normalize] of SPELLINGS) {
    const text = expected.find((one) => normalize(one) === normalize(found))
    if (text !== undefined) return { text, difference }
  }
  return undefined
}

/** @returns the expected text that was probably meant; undefined where none is similar */
export function findClosest(found: string, expected: readonly string[]): CloseText | undefined {
  const respelled = findRespelled(found, expected)
  if (respelled || found.length > MAX_COMPARED_CHARACTERS) return respelled
  const text = findSimilar(found, expected.slice(0, MAX_COMPARED_TEXTS))
  return text === undefined ? undefined : { text, difference: 'in few characters' }
}

function withoutSlash(text: string): string {
  return text.replace(/\/$/, '')
}

function withHttps(text: string): string {
  return text.replace(/^http:/, 'https:')
}
