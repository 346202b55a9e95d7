/** What is never printed of a document: private keys, passwords and tokens, wherever they are. */
import { compileTenant, renderErrors } from '@token-broker/core/document'
import { describe, expect, it } from 'vitest'
import { EXAMPLE } from './example-document.ts'

const PRIVATE = '870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE'
const BODY = 'TUlHSEFnRUFNQk1HQnlxR1NNNDlBZ0VHQ0NxR1NNNDlBd0VIQkcwd2F3SUJBUVFn'
const JWT = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJl'

/** Everything that an error of the compile step says. */
function printed(text: string): string {
  const { errors } = compileTenant(text, 'acme.yaml')
  expect(errors).not.toEqual([])
  return `${renderErrors(errors, { textOf: () => text })}${JSON.stringify(errors)}`
}

const VERIFY = 'verify: { kind: jwt }'

describe('a document with a mistake in the same line does not show', () => {
  it.each([
    [
      'the private part of a JWK',
      VERIFY,
      `verify: { kind: jwt, keys: [{ d: ${PRIVATE}, kty: EC }] }`,
    ],
    ['one in JSON', VERIFY, `verify: {"kind":"jwt","keys":[{"kty":"EC","d":"${PRIVATE}"}]}`],
    [
      'one in a line that is no YAML',
      VERIFY,
      `verify: { kind: jwt, keys: [{ d: ${PRIVATE}, kty: EC }`,
    ],
    ['a private key in one line', VERIFY, `verify: '-----BEGIN PRIVATE KEY-----\\n${PRIVATE}`],
    [
      'a private key in a field with another mistake',
      VERIFY,
      'verify: { kind: jwt, keys: "-----BEGIN EC PRIVATE KEY-----\\n' +
        `${PRIVATE}\\n-----END EC PRIVATE KEY-----" }`,
    ],
    ['a secret in place of its name', VERIFY, `verify: { kind: webhook, secret: '${PRIVATE}=' }`],
    [
      'a password in a line that is repeated with quotes',
      VERIFY,
      `verify: { kind: jwt, password: ${PRIVATE}, when: claims["a"] }`,
    ],
    ['a password', VERIFY, `verify: { kind: jwt, password: ${PRIVATE} }`],
    ['a token', VERIFY, `verify: { kind: jwt, tokn: ${JWT} }`],
    ['a token as a kind', VERIFY, `verify: { kind: ${JWT} }`],
    ['a token in a condition', 'claims.org == "acme"', `claims.org = "${JWT}"`],
  ])('%s', (_, wanted, replacement) => {
    expect(EXAMPLE).toContain(wanted)
    const shown = printed(EXAMPLE.replace(wanted, () => replacement))
    expect(shown).not.toContain(PRIVATE)
    expect(shown).not.toContain(JWT)
  })

  it('a line of a private key', () => {
    const key =
      `-----BEGIN PRIVATE KEY-----\n        ${BODY}\n     ${BODY}: x\n` +
      '-----END PRIVATE KEY-----'
    expect(printed(EXAMPLE.replace(VERIFY, `verify:\n      keys:\n        ${key}`))).not.toContain(
      BODY,
    )
  })
})

it('keeps the columns of the line', () => {
  const text = EXAMPLE.replace(VERIFY, `verify: { kind: jwt, password: abc, jwksUrl: x }`)
  const { errors } = compileTenant(text, 'acme.yaml')
  expect(renderErrors(errors, { textOf: () => text })).toContain(
    '4 |     verify: { kind: jwt, password: ***, jwksUrl: x }\n' + `  | ${' '.repeat(40)}^^^^^^^`,
  )
})

it('does not hide a URL, an ARN of a secret, or a duration', () => {
  const text = EXAMPLE.replace(
    'maxTokenAge: 24h',
    'maxTokenAge: 24h, tokenUrl: https://id.acme.example/token',
  ).replace('arn:aws:s3:::acme-data/{{team}}', 'arn:aws:secretsmanager:eu-west-1:1:secret:{{teem}}')
  const shown = printed(text)
  expect(shown).not.toContain('***')
})
