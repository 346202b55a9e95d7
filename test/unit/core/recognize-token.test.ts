/** What callers send in place of a signed JWT, and what they are asked to send. */
import { describe, expect, it } from 'vitest'
import { createTrace } from '../../../packages/core/src/model/trace.ts'
import { recognizeToken } from '../../../packages/core/src/verify/recognize-token.ts'
import { parseSubjectToken } from '../../../packages/core/src/verify/subject-token.ts'

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
const HEADER = encode({ alg: 'RS256', kid: 'k' })
const PAYLOAD = encode({ sub: 'alice' })
const ENCRYPTED = `${encode({ alg: 'RSA-OAEP', enc: 'A256GCM' })}.key.iv.text.tag`

it.each<[string, string]>([
  ['alice@example.com', 'e-mail'],
  [ENCRYPTED, 'encrypted'],
  ['<samlp:Response xmlns:samlp="x"/>', 'saml'],
  ['<?xml version="1.0"?><a/>', 'saml'],
  ['<Assertion/>', 'opaque'],
  ['IQoJb3JpZ2luX2VjEJr//////////wE', 'aws-session-token'],
  ['FwoGZXIvYXdzEBYaDK', 'aws-session-token'],
  ['ASIAIOSFODNN7EXAMPLE', 'aws-access-key'],
  ['AKIAIOSFODNN7EXAMPLE', 'aws-access-key'],
  [`Bearer ${HEADER}.${PAYLOAD}.AAAA`, 'scheme'],
  [`"${HEADER}.${PAYLOAD}.AAAA"`, 'quoted'],
  ['{"access_token":"x"}', 'json'],
  [`${HEADER}.${PAYLOAD.slice(0, 5)}\n${PAYLOAD.slice(5)}.AAAA`, 'white-space'],
  [`${HEADER}.${PAYLOAD}`, 'unsigned'],
  [`${HEADER}.${PAYLOAD}.`, 'unsigned'],
  ['gho_16C7e42F292c6912E7710c838347Ae178B4a', 'opaque'],
  ['ya29.a0AfH6SMB', 'opaque'],
])('%s is recognized as %s', (text, kind) => {
  expect(recognizeToken(text)?.kind).toBe(kind)
})

it.each([
  [`${HEADER}.${PAYLOAD}.AAAA`],
  [`${HEADER}.${PAYLOAD}.AAAA.AAAA`],
  ['a text with spaces'],
  ['\u0000'],
  ['alice@'],
])('%j is nothing that is known', (text) => {
  expect(recognizeToken(text)?.kind).toBe(text === 'alice@' ? 'opaque' : undefined)
})

describe('a refusal', () => {
  const refusalOf = (text: string) => {
    try {
      parseSubjectToken(text, createTrace())
      throw new Error('The token was accepted.')
    } catch (error) {
      return error
    }
  }

  it('says what the caller sent, and what to send, without the text', () => {
    expect(refusalOf('canary@example.com')).toMatchObject({
      code: 'invalid_token',
      callerMessage:
        'The token is not a signed JWT. It is an e-mail address: send the ID token or access ' +
        'token of your identity provider.',
    })
    for (const text of ['canary', `"canary"`, 'Bearer canary', '{"a":"canary"}', '<?xml canary'])
      expect(JSON.stringify(refusalOf(text), ['message', 'callerMessage'])).not.toContain('canary')
  })

  it('says of a JWT what is wrong with its form', () => {
    for (const text of [`${HEADER}.${PAYLOAD}.AAAA`, `${HEADER}.e30.AAAA`])
      expect(refusalOf(text)).toMatchObject({
        callerMessage: expect.stringContaining('found that it has no iss; send it as the '),
      })
  })

  it('ends for the longest text', () => {
    for (const text of ['a'.repeat(20_000), `${'a.'.repeat(9_999)}a`, '@'.repeat(20_000)])
      expect(refusalOf(text)).toMatchObject({ code: 'invalid_token' })
  })
})
