/** Checks session tags against what STS takes. */
import {
  MAX_SESSION_TAGS,
  MAX_TAG_KEY_CHARACTERS,
  MAX_TAG_VALUE_CHARACTERS,
  TAG_TEXT,
} from '../model/sts-limits.ts'
import type { DocumentPath, Report } from './document-error.ts'
import { type Attributes, readTemplate } from './template-parts.ts'
import { worstCaseLength } from './worst-case.ts'

const CHARACTERS = 'write letters, digits, spaces and _ . : / = + - @ only'

export function checkSessionTags(
  tags: Readonly<Record<string, string>>,
  path: DocumentPath,
  attributes: Attributes,
  report: Report,
): void {
  const keys = Object.keys(tags)
  if (keys.length > MAX_SESSION_TAGS)
    report(path, `there are ${keys.length} session tags`, `STS takes ${MAX_SESSION_TAGS}`)
  const folded = new Set<string>()
  for (const [key, value] of Object.entries(tags)) {
    const here = [...path, key]
    if (key === '' || key.length > MAX_TAG_KEY_CHARACTERS || !TAG_TEXT.test(key))
      report(
        here,
        'the key is not one that STS takes',
        `${CHARACTERS}, 1 to ${MAX_TAG_KEY_CHARACTERS} of them`,
      )
    if (/^aws:/i.test(key))
      report(here, 'keys that begin with aws: belong to AWS', 'take another prefix')
    if (folded.has(key.toLowerCase()))
      report(here, 'STS takes keys that differ in case for one', 'keep one of them')
    folded.add(key.toLowerCase())
    checkValue(value, here, attributes, report)
  }
}

export function checkTransitiveKeys(
  keys: readonly string[],
  tags: Readonly<Record<string, string>>,
  path: DocumentPath,
  report: Report,
): void {
  for (const [index, key] of keys.entries()) {
    if (!Object.hasOwn(tags, key)) {
      const known = Object.keys(tags).join(', ') || 'none'
      report([...path, index], `${key} is no key of sessionTags`, `take one of its keys: ${known}`)
    }
  }
}

function checkValue(
  value: string,
  path: DocumentPath,
  attributes: Attributes,
  report: Report,
): void {
  const parts = readTemplate(value, path, attributes, report)
  if (!parts) return
  if (parts.some((part) => part.kind !== 'slot' && !TAG_TEXT.test(part.text)))
    report(path, 'the value holds a character that STS refuses in a tag', CHARACTERS)
  const longest = worstCaseLength(value, attributes)
  if (longest > MAX_TAG_VALUE_CHARACTERS)
    report(
      path,
      `the value can have ${longest} characters; STS takes ${MAX_TAG_VALUE_CHARACTERS}`,
      'bound the attribute with a pattern such as [A-Za-z0-9._-]{1,64}',
    )
}
