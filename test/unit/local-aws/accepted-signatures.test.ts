/** What the AWS SDK signs is accepted, whatever its names and values are. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PROPERTY_RUNS } from '../../fixtures/property-runs.ts'
import {
  ALICE,
  check,
  NOW,
  OWNER,
  refusalCode,
  type Signing,
  signed,
  withHeader,
} from './sdk-signed.ts'

describe.each(['s3', 'dynamodb'] as const)('for %s', (service) => {
  it.each<readonly [string, Signing]>([
    ['a request of a session', {}],
    ['a request of the owner', { by: OWNER }],
    ['a presigned URL', { expiresIn: 60 }],
    ['a presigned URL of the owner', { by: OWNER, expiresIn: 604_800 }],
    ['a body', { method: 'POST', body: '{"TableName":"t"}' }],
    ['a query', { query: { prefix: 'a b/+&=*é', marker: '', 'x-id': 'List' } }],
    ['spaces in a header', { headers: { 'x-amz-meta-a': '  a   b  ' } }],
  ])('accepts %s', async (_name, signing) => {
    const path = service === 's3' ? '/files/a.txt' : '/'
    const authenticated = check(await signed({ service, path, ...signing }), { service })
    expect(authenticated).toMatchObject({
      ...{ session: signing.by ?? ALICE, region: 'eu-west-1', signedAtMs: NOW },
      authType: signing.expiresIn === undefined ? 'REST-HEADER' : 'REST-QUERY-STRING',
    })
  })

  it('accepts a header that was added on the way, if it is not one of AWS’s own', async () => {
    const path = service === 's3' ? '/files/a.txt' : '/'
    const sent = withHeader(await signed({ service, path }), 'x-forwarded-for', '192.0.2.1')
    expect(refusalCode(sent, { service })).toBe('ok')
  })

  it('accepts a clock that differs by 15 minutes, and no more', async () => {
    const path = service === 's3' ? '/files/a.txt' : '/'
    const at = async (signedAtMs: number) =>
      refusalCode(await signed({ service, path, signedAtMs }), { service })
    const refused = service === 's3' ? 'RequestTimeTooSkewed' : 'InvalidSignatureException'
    expect(await at(NOW - 900_000)).toBe('ok')
    expect(await at(NOW + 900_000)).toBe('ok')
    expect(await at(NOW - 901_000)).toBe(refused)
    expect(await at(NOW + 901_000)).toBe(refused)
  })
})

it.each([
  ...[
    "/files/a%20b/c+d/'e'(f)!*g",
    '/files//a/../b/./c',
    '/files/%C3%A9%F0%9F%A6%89',
    '/files/$&,:;=@',
  ],
  ...['/files/a%2Fb', '/files/~user/-_.', '/'],
])('accepts the path %s of S3 as it was sent', async (path) => {
  expect(refusalCode(await signed({ path }))).toBe('ok')
})

it('accepts a header in UTF-8, each byte of which Node.js reads as one character', async () => {
  const sent = await signed({ headers: { 'x-amz-meta-a': 'é🦉' } })
  const asRead = Buffer.from('é🦉').toString('latin1')
  expect(refusalCode(withHeader(sent, 'x-amz-meta-a', asRead))).toBe('ok')
  expect(refusalCode(withHeader(sent, 'x-amz-meta-a', `${asRead}!`))).toBe('SignatureDoesNotMatch')
})

it('accepts a path that is sent with fewer escapes than it was signed with', async () => {
  const sent = await signed({ path: '/files/%28a%29%27%40%3A%24' })
  expect(refusalCode({ ...sent, url: "/files/(a)'@:$" })).toBe('ok')
  expect(refusalCode({ ...sent, url: "/files/(b)'@:$" })).toBe('SignatureDoesNotMatch')
})

it('accepts any key and query that the SDK signs', async () => {
  const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }).filter(isEncodable)
  await fc.assert(
    fc.asyncProperty(
      fc.array(text, { minLength: 1, maxLength: 4 }),
      fc.dictionary(
        text.filter((name) => !/^(X-Amz-|Signature$)/.test(name)),
        text,
      ),
      fc.boolean(),
      async (segments, query, isPresigned) => {
        const path = `/${segments.map(escapeSegment).join('/')}`
        const sent = await signed({ path, query, ...(isPresigned ? { expiresIn: 60 } : {}) })
        if (refusalCode(sent) !== 'ok') expect.fail(JSON.stringify([path, query, sent.url]))
      },
    ),
    { numRuns: Math.ceil(PROPERTY_RUNS.numRuns / 5) },
  )
})

/** `encodeURIComponent` has no form for a lone surrogate, and the SDK uses it. */
function isEncodable(text: string): boolean {
  return text.isWellFormed() && text !== '__proto__'
}

/** As the SDK's own S3 client does. */
function escapeSegment(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
