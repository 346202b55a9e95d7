/** Session tags of a grant: the limits of STS, at the limit and one past it. */
import { describe, expect, it } from 'vitest'
import { compileTenant } from '../../../packages/core/src/document/index.ts'
import { EXAMPLE } from './example-document.ts'

const CHARACTERS = 'letters, digits, spaces and _ . : / = + - @'
const KEY_HINT = `write 1 to 128 characters: ${CHARACTERS}`

describe('the session tags of a grant', () => {
  it.each([
    ['50 tags', Object.fromEntries(many(50))],
    ['a key of 128 characters', { ['k'.repeat(128)]: 'v' }],
    ['every character that STS accepts in a key', { 'aZ0 é_.:/=+-@': 'v' }],
    ['a key that contains aws:', { 'my:aws:key': 'v', aws: 'v', awsome: 'v' }],
    ['an empty value', { key: '' }],
    ['a value of 256 characters', { key: 'v'.repeat(256) }],
    ['a template that may have 256 characters', { key: `${'v'.repeat(128)}{{user}}` }],
    ['every character that STS accepts in a value', { key: 'aZ0 é_.:/=+-@' }],
  ])('may have %s', (_, tags) => {
    expect(errorsWith(tags)).toEqual([])
  })

  it.each<[string, Record<string, string>, string]>([
    [
      '51 tags',
      Object.fromEntries(many(51)),
      'sessionTags|there are 51 session tags, and STS accepts at most 50|remove 1 of them',
    ],
    ['an empty key', { '': 'v' }, `sessionTags[""]|STS does not accept this tag key|${KEY_HINT}`],
    [
      'a key of 129 characters',
      { ['k'.repeat(129)]: 'v' },
      `sessionTags.${'k'.repeat(129)}|STS does not accept this tag key|${KEY_HINT}`,
    ],
    [
      'a key with another character',
      { 'a*': 'v' },
      `sessionTags["a*"]|STS does not accept this tag key|${KEY_HINT}`,
    ],
    [
      'a key of AWS',
      { 'aws:team': 'v' },
      'sessionTags["aws:team"]|tag keys that begin with aws: are reserved for AWS|use another ' +
        'prefix',
    ],
    [
      'a key of AWS in capitals',
      { 'AWS:team': 'v' },
      'sessionTags["AWS:team"]|tag keys that begin with aws: are reserved for AWS|use another ' +
        'prefix',
    ],
    [
      'keys that differ only in case',
      { team: 'v', Team: 'v' },
      'sessionTags.Team|STS treats keys that differ only in case as duplicates|keep one of them',
    ],
    [
      'a value with another character',
      { key: 'a|b' },
      `sessionTags.key|the tag value contains a character that STS does not accept|` +
        `use only ${CHARACTERS}`,
    ],
    [
      'a template with another character',
      { key: '{{user}}*' },
      `sessionTags.key|the tag value contains a character that STS does not accept|` +
        `use only ${CHARACTERS}`,
    ],
    [
      'a value of 257 characters',
      { key: 'v'.repeat(257) },
      'sessionTags.key|the tag value may have 257 characters, and STS accepts 256|limit the ' +
        'attribute with a pattern such as [A-Za-z0-9._-]{1,64}',
    ],
    [
      'a template that may have 257 characters',
      { key: `${'v'.repeat(129)}{{user}}` },
      'sessionTags.key|the tag value may have 257 characters, and STS accepts 256|limit the ' +
        'attribute with a pattern such as [A-Za-z0-9._-]{1,64}',
    ],
    [
      'a slot of an attribute that is not declared',
      { key: '{{other}}' },
      'sessionTags.key|the attribute other is not declared|declare it under attributes, or use ' +
        'one of: user, team',
    ],
  ])('must not have %s', (_, tags, error) => {
    expect(errorsWith(tags)).toEqual([`grants.reports.${error}`])
  })
})

describe('the transitive tag keys of a grant', () => {
  it.each([[[]], [['team']], [['team', 'Tenant']]])('may be %j', (keys) => {
    expect(errorsWith({ team: '{{team}}', Tenant: 'acme' }, keys)).toEqual([])
  })

  it.each<[Record<string, string>, string, string]>([
    [{}, 'team', 'add it to sessionTags, or remove it here'],
    [{ team: 'x', user: 'y' }, 'other', 'use one of its keys: team, user'],
    [{ Team: 'x' }, 'team', 'use one of its keys: Team'],
    [{ team: 'x' }, 'constructor', 'use one of its keys: team'],
  ])('of the tags %j are not %s', (tags, key, hint) => {
    expect(errorsWith(tags, [key])).toEqual([
      `grants.reports.transitiveTagKeys[0]|sessionTags has no key ${key}|${hint}`,
    ])
  })

  it('are reported by their position', () => {
    expect(errorsWith({ team: 'x' }, ['team', 'user'])).toEqual([
      expect.stringContaining('grants.reports.transitiveTagKeys[1]|'),
    ])
  })
})

function many(count: number): [string, string][] {
  return Array.from({ length: count }, (_, index) => [`key${index}`, 'v'])
}

/** The errors of the example with these tags, as `path|message|hint`. */
function errorsWith(
  sessionTags: Readonly<Record<string, string>>,
  transitiveTagKeys: readonly string[] = [],
): string[] {
  const fields = [
    `sessionTags: ${JSON.stringify(sessionTags)}`,
    `transitiveTagKeys: ${JSON.stringify(transitiveTagKeys)}`,
  ]
  const text = EXAMPLE.replace("sessionTags: { tenant: acme, team: '{{team}}' }", () =>
    fields.join('\n    '),
  )
  const { errors } = compileTenant(text, 'acme.yaml')
  return errors.map(({ path, message, hint }) => `${path}|${message}|${hint}`)
}
