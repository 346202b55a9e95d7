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
  ['eyJhbGci eyJzdWIi AAAA', 'white-space'],
  [' {"access_token":"x"}', 'json'],
  [' <?xml version="1.0"?><a/>', 'saml'],
  [`${encode({ alg: 'dir', enc: 'A256GCM' })}.key`, 'unsigned'],
  ['gho_16C7e42F292c6912E7710c838347Ae178B4a', 'opaque'],
  ['ya29.a0AfH6SMB', 'opaque'],
])('%s is recognized as %s', (text, kind) => {
  expect(recognizeToken(text)?.kind).toBe(kind)
})

it.each([
  ['a scheme', 'xbearer-abc'],
  ['a text in quotes', 'x"canary"'],
  ['a text in quotes', '"canary"x'],
  ['JSON', 'x{"access_token":"x"}'],
  ['SAML', 'x<?xml?>'],
  ['a session token', 'xIQoJb3JpZ2luX2VjEJr'],
  ['an access key', 'xAKIAIOSFODNN7EXAMPLE'],
  ['an access key', 'AKIAIOSFODNN7EXAMPLEX'],
  ['an encrypted JWT', 'key.iv.text.tag.end'],
])('%s with more text is an opaque token: %s', (_, text) => {
  expect(recognizeToken(text)?.kind).toBe('opaque')
})

it.each([
  ['x bearer canary'],
  ['x eyJhbGci canary'],
  ['eyJhbGci canary!'],
  ['x alice@example.com'],
  ['alice@example.com x'],
  [`${HEADER}.${PAYLOAD}.AAAA`],
  [`${HEADER}.${PAYLOAD}.AAAA.AAAA`],
  ['a text with spaces'],
  ['\u0000'],
  ['alice@'],
])('%j is nothing that is known', (text) => {
  expect(recognizeToken(text)?.kind).toBe(text === 'alice@' ? 'opaque' : undefined)
})

const SEND_A_TOKEN = 'send the ID token or access token of your identity provider'

it.each([
  {
    ...{ text: 'DPoP canary', kind: 'scheme', advice: 'send the token alone' },
    what: 'a token with the word of its scheme before it, such as Bearer',
  },
  {
    ...{ text: 'eyJ canary', kind: 'white-space' },
    what: 'a token with white space in it, such as a line break',
    advice: 'send it as one line, without white space',
  },
  {
    ...{ text: "'canary'", kind: 'quoted', what: 'a token in quotes', advice: 'remove the quotes' },
  },
  {
    ...{ text: '{}', kind: 'json', what: 'JSON, such as the response of a token endpoint' },
    advice: 'send one of its members, such as id_token or access_token',
  },
  {
    ...{ text: '<saml:Assertion/>', kind: 'saml', what: 'SAML that is not encoded' },
    advice: 'send the base64 text that the identity provider sent, as a SAML token',
  },
  {
    ...{ text: 'a@example.com', kind: 'e-mail', what: 'an e-mail address', advice: SEND_A_TOKEN },
  },
  {
    ...{ text: 'FQoGZXIvYXdz', kind: 'aws-session-token', advice: SEND_A_TOKEN },
    what: 'a session token of AWS, a part of AWS credentials',
  },
  {
    ...{ text: 'ASIAIOSFODNN7EXAMPLE', kind: 'aws-access-key', advice: SEND_A_TOKEN },
    what: 'the id of an AWS access key',
  },
  {
    ...{ text: 'canary', kind: 'opaque', what: 'an opaque token, which names no issuer' },
    advice: 'name the tenant, and its issuer where it has several, if it accepts such tokens',
  },
  {
    ...{ text: `${HEADER}.`, kind: 'unsigned', what: 'a JWT without a signature' },
    advice: 'send the whole token; a token with the algorithm none is never accepted',
  },
  {
    ...{ text: ENCRYPTED, kind: 'encrypted' },
    what: 'an encrypted JWT (RFC 7516), which only its audience can read',
    advice: 'let the identity provider sign tokens for this audience, and not encrypt them',
  },
])('says what $text is, and what to send', ({ text, ...recognized }) => {
  expect(recognizeToken(text)).toEqual(recognized)
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
