/** Which keys and values the editor of the console suggests where the cursor is. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  describeAt,
  suggestAt,
} from '../../../packages/console/src/views/tenants/complete-schema.ts'

const SCHEMA = JSON.parse(
  readFileSync(path.join(import.meta.dirname, '../../../packages/core/tenant.schema.json'), 'utf8'),
)

/** @param text with `|` where the cursor is */
function labels(text: string): readonly string[] {
  const cursor = text.indexOf('|')
  const without = text.slice(0, cursor) + text.slice(cursor + 1)
  return suggestAt(without, cursor, SCHEMA).items.map(({ label }) => label)
}

describe('keys', () => {
  it('of the document, without those that it has', () => {
    expect(labels('tenant: acme\n|\nrules: []\n')).toEqual(
      expect.arrayContaining(['issuers', 'attributes', 'grants']),
    )
    expect(labels('tenant: acme\n|\nrules: []\n')).not.toEqual(
      expect.arrayContaining(['tenant', 'rules']),
    )
  })

  it.each([
    ['of an item of a list', 'issuers:\n  - issuer: https://a.example\n    max|', ['maxTokenAge']],
    ['of its first line', 'issuers:\n  - iss|', ['issuer']],
    ['of a second item', 'rules:\n  - name: a\n    grant: b\n  - wh|', ['when']],
    ['of a list that is not indented', 'rules:\n- name: a\n  wh|', ['when']],
    ['of an entry with a free name', 'grants:\n  reports:\n    sessionT|', ['sessionTags']],
    ['of a statement', 'grants:\n  r:\n    policy:\n      - Sid: A\n        Eff|', ['Effect']],
    ['between braces', 'issuers:\n  - verify: { ki|', ['kind']],
    ['in JSON', '{\n  "issuers": [\n    {\n      ', []],
  ])('%s', (_, text, expected) => {
    expect(text.includes('|') ? labels(text) : []).toEqual(expected)
  })

  it('says which are required', () => {
    const [first] = suggestAt('ten', 3, SCHEMA).items
    expect(first).toMatchObject({ insert: 'tenant: ', description: /^Required\. The id/ })
  })
})

describe('values', () => {
  it.each([
    ['of an enumeration', 'grants:\n  r:\n    webIdentity: |', ['minted', 'pass-through']],
    ['that begin as written', 'grants:\n  r:\n    webIdentity: pa|', ['pass-through']],
    ['that are true or false', 'rules:\n  - deny: |', ['true', 'false']],
  ])('%s', (_, text, expected) => {
    expect(labels(text)).toEqual(expect.arrayContaining(expected))
  })

  it('of kinds between braces', () => {
    expect(labels('issuers:\n  - verify: { kind: |')).toEqual(expect.arrayContaining(['jwt']))
  })
})

it('describes the key at the cursor', () => {
  const text = 'grants:\n  reports:\n    duration: 1h'
  expect(describeAt(text, text.length, SCHEMA)).toMatch(/^grants\.reports\.duration: How long/)
})

it.each([
  'constructor:\n  |',
  '__proto__:\n  |',
  ': : :|',
  '{{{{|',
  '\u202e- - -|',
  '- '.repeat(5000),
])('offers nothing harmful in %j', (text) => {
  const cursor = Math.max(0, text.indexOf('|'))
  expect(() => suggestAt(text, cursor, SCHEMA)).not.toThrow()
  expect(describeAt(text, cursor, SCHEMA)).toEqual(expect.any(String))
})
