/** Names in documents, and the limits and characters of STS, as AWS documents them. */
import { describe, expect, it } from 'vitest'
import * as pools from '../../../packages/core/src/model/identity-pool.ts'
import * as names from '../../../packages/core/src/model/names.ts'
import * as limits from '../../../packages/core/src/model/sts-limits.ts'
import { NON_IDENTITY_TYPES } from '../../../packages/core/src/model/token-types.ts'

const whole = (pattern: string) => new RegExp(`^(?:${pattern})$`)

const G = 'a'.repeat(64)

describe.each([
  ['a tenant', names.TENANT_ID_PATTERN, ['a', '0', 'a-', 'a0-z', 'a'.repeat(63)]],
  ['a grant', names.GRANT_NAME_PATTERN, ['a', 'Z', 'a_-0Z', 'a'.repeat(64)]],
  ['an attribute', names.ATTRIBUTE_NAME_PATTERN, ['a', 'Z', 'a_0Z', 'a'.repeat(64)]],
  ['a secret', names.SECRET_NAME_PATTERN, ['a', 'Z', 'a_-0Z', 'a'.repeat(64)]],
  ['a grant of a rule', names.RULED_GRANT_PATTERN, ['a', 'a_-0Z', 'a.b', `${G}.${G}`]],
  ['a pool', pools.POOL_ID_PATTERN, ['eu-central-1:12345678-1234-1234-1234-123456789012']],
  ['an identity', pools.IDENTITY_ID_PATTERN, ['us_x:12345678-1234-1234-1234-1234567890ab']],
])('the name of %s', (_, pattern, valid) => {
  it.each(valid)('may be %s', (name) => {
    expect(name).toMatch(whole(pattern))
  })
})

describe.each([
  ['a tenant', names.TENANT_ID_PATTERN, ['', '-a', 'A', 'aA', 'a_b', 'a.b', 'a'.repeat(64)]],
  ['a grant', names.GRANT_NAME_PATTERN, ['', '0', '-a', '_a', 'a.b', 'a/b', 'a'.repeat(65)]],
  ['an attribute', names.ATTRIBUTE_NAME_PATTERN, ['', '0', '_a', 'a-b', 'a b', 'a'.repeat(65)]],
  ['a secret', names.SECRET_NAME_PATTERN, ['', '0', '-a', '_a', 'a.b', 'a/b', 'a'.repeat(65)]],
  ['a grant of a rule', names.RULED_GRANT_PATTERN, ['', '.', 'a.', '.b', 'a.b.c', 'a:b', 'a..b']],
  ['a pool', pools.POOL_ID_PATTERN, ['', ':0', 'eu:', 'eu:G', 'e.u:0', `${'e'.repeat(19)}:0`]],
  [
    ...(['an identity', pools.IDENTITY_ID_PATTERN] as const),
    [
      ...['', 'eu:', ':12345678-1234-1234-1234-123456789012'],
      ...['eu:1234567-1234-1234-1234-123456789012', 'eu:12345678-1234-1234-123456789012'],
      ...['eu:12345678-1234-1234-1234-12345678901', 'eu:12345678-1234-1234-1234-123456789012-'],
      `${'e'.repeat(19)}:12345678-1234-1234-1234-123456789012`,
    ],
  ],
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

it('slots may name the identity and the claimed guest without an attribute', () => {
  expect(['identity', 'guest', 'user', ''].map(names.isBuiltIn)).toEqual([true, true, false, false])
})

it('the ARN of a SAML provider has an account and a name', () => {
  const matched = (arn: string) => names.SAML_PROVIDER_ARN.exec(arn)?.slice(1)
  const longest = `/${'aB0_.-'.repeat(21)}ab`
  for (const name of ['/a', '/corp.ad-1_x', longest])
    for (const partition of ['aws', 'aws-us-gov'])
      expect(matched(`arn:${partition}:iam::111122223333:saml-provider${name}`)).toEqual([
        ...['111122223333', name],
      ])
  for (const arn of [
    ...['xarn:aws:iam::111122223333:saml-provider/a', 'arn::iam::111122223333:saml-provider/a'],
    ...['arn:aws:iam::11112222333:saml-provider/a', 'arn:aws:iam::11112222333x:saml-provider/a'],
    ...['arn:aws:iam::111122223333:saml-provider/', 'arn:aws:iam::111122223333:saml-provider/a/b'],
    ...[`arn:aws:iam::111122223333:saml-provider${longest}c`, 'arn:a.b:iam::111122223333:x/a'],
  ])
    expect(matched(arn)).toBeUndefined()
})

it('what stands for the broker itself is fixed', () => {
  expect(names.VIRTUAL_ACCOUNT).toBe('000000000000')
  expect(names.INTERSECTION_MARK).toBe('.')
  expect(pools.poolIssuer('eu:1')).toBe('urn:cognito-identity:eu:1')
  expect(pools.POOL_ISSUER_PREFIX).toBe('urn:cognito-identity:')
})

it('a provider of a pool has one name, with or without a slash at its end', () => {
  const names = ['https://a.example/', 'a.example/x', 'a.example//', '']
  expect(names.map(pools.canonicalProvider)).toEqual([
    ...['https://a.example', 'a.example/x', 'a.example/', ''],
  ])
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
