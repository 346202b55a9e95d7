/** Finds session tags that STS refuses for some values of their attributes. */
import { TAG_TEXT } from '../model/sts-limits.ts'
import { slotsOf } from '../policy/template.ts'
import type { LintRule } from './lint-context.ts'

/**
 * Auth0's subjects, `auth0|…`, match the default pattern, but no tag may contain `|`: every request
 * of such a user would be refused.
 */
export const checkTagCharacters: LintRule = ({ document, attributes }, report) => {
  for (const [name, { sessionTags = {} }] of Object.entries(document.grants))
    for (const [key, template] of Object.entries(sessionTags))
      for (const slot of new Set(slotsOf(template))) {
        const attribute = attributes.get(slot)
        if (attribute === undefined) continue
        const refused = [...attribute.characters].filter((one) => !TAG_TEXT.test(one))
        if (refused.length === 0) continue
        report(
          'tag-characters',
          ['grants', name, 'sessionTags', key],
          `the ${attribute.isDefaultPattern ? 'default ' : ''}pattern of ${slot} allows ` +
            `${refused.join(' ')}, ` +
            'which STS accepts in no tag',
          narrowedPattern(slot, attribute.pattern, refused),
        )
      }
}

/** A pattern that is one class of characters is written out; of others, only the author knows. */
function narrowedPattern(name: string, pattern: string, refused: readonly string[]): string {
  const [, members, repetition] = /^\[([^\]\\^]+)\]([^[\]]*)$/.exec(pattern) ?? []
  const kept = [...(members ?? '')].filter((one) => !refused.includes(one)).join('')
  return members === undefined || !refused.every((one) => members.includes(one))
    ? `write a pattern for ${name} without ${refused.join(' ')}`
    : `write ${name}: { …, pattern: '[${kept}]${repetition}' }`
}
