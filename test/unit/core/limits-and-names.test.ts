/** Names in documents, and the limits and characters of STS, as AWS documents them. */
import { describe, expect, it } from 'vitest'
import * as names from '../../../packages/core/src/model/names.ts'
import * as limits from '../../../packages/core/src/model/sts-limits.ts'
import { NON_IDENTITY_TYPES } from '../../../packages/core/src/model/token-types.ts'

const whole = (pattern: string) => new RegExp(`^(?:${pattern})$`)

describe.each([
  ['a tenant', names.TENANT_ID_PATTERN, ['a', '0', 'a-', 'a0-z', 'a'.repeat(63)]],
  ['a grant', names.GRANT_NAME_PATTERN, ['a', 'Z', 'a_-0Z', 'a'.repeat(64)]],
  ['an attribute', names.ATTRIBUTE_NAME_PATTERN, ['a', 'Z', 'a_0Z', 'a'.repeat(64)]],
])('the name of %s', (_, pattern, valid) => {
  it.each(valid)('may be %s', (name) => {
    expect(name).toMatch(whole(pattern))
  })
})

describe.each([
  ['a tenant', names.TENANT_ID_PATTERN, ['', '-a', 'A', 'aA', 'a_b', 'a.b', 'a'.repeat(64)]],
  ['a grant', names.GRANT_NAME_PATTERN, ['', '0', '-a', '_a', 'a.b', 'a/b', 'a'.repeat(65)]],
  ['an attribute', names.ATTRIBUTE_NAME_PATTERN, ['', '0', '_a', 'a-b', 'a b', 'a'.repeat(65)]],
])('the name of %s', (_, pattern, invalid) => {
  it.each(invalid)('is never %j', (name) => {
    expect(name).not.toMatch(whole(pattern))
  })
})

it('the id of a tenant is one as a whole', () => {
  expect(names.isTenantId('acme')).toBe(true)
  for (const text of ['acme/', '/acme', 'acme\n', 'ACME', 'acme acme', ''])
    expect(names.isTenantId(text)).toBe(false)
})

describe('a text for STS', () => {
  it.each([
    ['a policy', limits.POLICY_TEXT, ['', '\t\n\r', ' ~', '\u00ff\u00a0', '{"a":1}']],
    ['a Sid', limits.STATEMENT_ID, ['a', 'Z', '09', 'aZ0']],
    ['a session name', limits.SESSION_NAME, ['ab', 'a_+=,.@-0', 'a'.repeat(64)]],
    ['a tag', limits.TAG_TEXT, ['', 'é Ä٣', '_.:/=+-@', '\u00a0\u3000']],
  ])('may contain, for %s, what AWS accepts', (_, pattern, valid) => {
    for (const text of valid) expect(text).toMatch(pattern)
  })

  it.each([
    ['a policy', limits.POLICY_TEXT, ['\u0008', 'a\u000b', '\u001f ', '\u0100', 'a\u{1f600}']],
    ['a Sid', limits.STATEMENT_ID, ['', 'a-', '-a', 'a b', 'é', 'a\n']],
    [
      'a session name',
      limits.SESSION_NAME,
      ['a', 'a/', ':ab', 'a b', 'é.', 'a'.repeat(65), 'ab\n'],
    ],
    ['a tag', limits.TAG_TEXT, ['*', 'a?', '$a', 'a{}', '|a', 'a\n', '\t', '\u200b', '#']],
  ])('never contains, for %s, anything else', (_, pattern, invalid) => {
    for (const text of invalid) expect(text).not.toMatch(pattern)
  })
})

it('the limits are those that AWS documents', () => {
  expect(limits).toMatchObject({
    STS_AUDIENCE: 'sts.amazonaws.com',
    MAX_TOKEN_CHARACTERS: 20_000,
    MAX_POLICY_CHARACTERS: 2048,
    MAX_MANAGED_POLICIES: 10,
    MIN_DURATION_SECONDS: 900,
    MAX_DURATION_SECONDS: 43_200,
    MAX_SESSION_TAGS: 50,
    MAX_TAG_KEY_CHARACTERS: 128,
    MAX_TAG_VALUE_CHARACTERS: 256,
  })
})

it('no token of another purpose identifies its sender', () => {
  expect([...NON_IDENTITY_TYPES].sort()).toEqual([
    ...['dpop+jwt', 'kb+jwt', 'logout+jwt', 'oauth-authz-req+jwt', 'secevent+jwt'],
    'token-introspection+jwt',
  ])
})
