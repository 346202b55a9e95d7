/** Checks session tags against the limits of STS. */
import {
  MAX_SESSION_TAGS,
  MAX_TAG_KEY_CHARACTERS,
  MAX_TAG_VALUE_CHARACTERS,
  TAG_TEXT,
} from '../model/sts-limits.ts'
import type { DocumentPath, Report } from './document-problem.ts'
import { type DeclaredAttributes, parseTemplate } from './template/parse-template.ts'
import { worstCaseLength } from './template/worst-case.ts'

const TAG_CHARACTERS = 'letters, digits, spaces and _ . : / = + - @'

export function checkSessionTags(
  tags: Readonly<Record<string, string>>,
  path: DocumentPath,
  attributes: DeclaredAttributes,
  report: Report,
): void {
  const count = Object.keys(tags).length
  if (count > MAX_SESSION_TAGS)
    report(
      path,
      `there are ${count} session tags, and STS accepts at most ${MAX_SESSION_TAGS}`,
      `remove ${count - MAX_SESSION_TAGS} of them`,
    )
  const lowerCaseKeys = new Set<string>()
  for (const [key, value] of Object.entries(tags)) {
    const tagPath = [...path, key]
    if (key === '' || key.length > MAX_TAG_KEY_CHARACTERS || !TAG_TEXT.test(key))
      report(
        tagPath,
        'STS does not accept this tag key',
        `write 1 to ${MAX_TAG_KEY_CHARACTERS} characters: ${TAG_CHARACTERS}`,
      )
    if (/^aws:/i.test(key))
      report(tagPath, 'tag keys that begin with aws: are reserved for AWS', 'use another prefix')
    if (lowerCaseKeys.has(key.toLowerCase()))
      report(tagPath, 'STS treats keys that differ only in case as duplicates', 'keep one of them')
    lowerCaseKeys.add(key.toLowerCase())
    checkTagValue(value, tagPath, attributes, report)
  }
}

export function checkTransitiveKeys(
  keys: readonly string[],
  tags: Readonly<Record<string, string>>,
  path: DocumentPath,
  report: Report,
): void {
  const known = Object.keys(tags)
  const hint =
    known.length === 0
      ? 'add it to sessionTags, or remove it here'
      : `use one of its keys: ${known.join(', ')}`
  for (const [index, key] of keys.entries())
    if (!Object.hasOwn(tags, key)) report([...path, index], `sessionTags has no key ${key}`, hint)
}

function checkTagValue(
  value: string,
  path: DocumentPath,
  attributes: DeclaredAttributes,
  report: Report,
): void {
  const parts = parseTemplate(value, path, attributes, report)
  if (!parts) return
  if (parts.some((part) => part.kind !== 'slot' && !TAG_TEXT.test(part.text)))
    report(
      path,
      'the tag value contains a character that STS does not accept',
      `use only ${TAG_CHARACTERS}`,
    )
  const longest = worstCaseLength(value, attributes)
  if (longest > MAX_TAG_VALUE_CHARACTERS)
    report(
      path,
      `the tag value may have ${longest} characters, and STS accepts ${MAX_TAG_VALUE_CHARACTERS}`,
      'limit the attribute with a pattern such as [A-Za-z0-9._-]{1,64}',
    )
}
