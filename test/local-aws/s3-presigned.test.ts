/** Presigned URLs, forms, and requests of pages of other origins at the local S3. */
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  ALLOWED_ORIGIN,
  allowObjects,
  BUCKET,
  type LocalS3Environment,
  type S3Keys,
  startS3Environment,
} from './s3-environment.ts'
import { presignUrl, type RequestToSign, signHeaders, signPostPolicy } from './sign-s3-request.ts'

let environment: LocalS3Environment
let keys: S3Keys

beforeAll(async () => {
  environment = await startS3Environment()
  keys = environment.openSession([
    allowObjects('own/', 's3:GetObject', 's3:PutObject', 's3:PutObjectTagging'),
  ])
})
afterAll(() => environment.close())

const pathOf = (key: string) => `/${BUCKET}/${key}`
const presign = (request: RequestToSign, by = keys) => presignUrl(environment.url, request, by)
const seed = (Key: string, Body = Key) =>
  environment.owner.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body }))
const read = async (Key: string) => {
  const found = await environment.owner.send(new GetObjectCommand({ Bucket: BUCKET, Key }))
  return { ...found, text: await found.Body?.transformToString() }
}
const codeOf = async (response: Response) => /<Code>(\w+)<\/Code>/.exec(await response.text())?.[1]

describe('a presigned URL', () => {
  it('gets what its session may get', async () => {
    await seed('own/a')
    await seed('other/a')
    const found = await fetch(presign({ method: 'GET', path: pathOf('own/a') }))
    expect(await found.text()).toBe('own/a')
    const denied = await fetch(presign({ method: 'GET', path: pathOf('other/a') }))
    expect([denied.status, await codeOf(denied)]).toEqual([403, 'AccessDenied'])
    expect(denied.headers.get('x-token-broker-denial')).toMatch(/^session policy/)
  })

  it('puts an object, with the headers that it has as parameters', async () => {
    const query = { 'x-amz-meta-colour': 'ü', 'x-amz-tagging': 'a=b' }
    const url = presign({ method: 'PUT', path: pathOf('own/put'), query })
    expect((await fetch(url, { method: 'PUT', body: 'content' })).status).toBe(200)
    expect(await read('own/put')).toMatchObject({
      ...{ text: 'content', TagCount: 1, Metadata: { colour: '=?UTF-8?B?w7w=?=' } },
    })
    const chosen = { method: 'PUT', path: pathOf('own/put'), query: { 'x-amz-acl': 'public-read' } }
    const refused = await fetch(presign(chosen), { method: 'PUT', body: 'content' })
    expect(await codeOf(refused)).toBe('NotImplemented')
  })

  it('is good for its method and its key only', async () => {
    const url = presign({ method: 'GET', path: pathOf('own/a') })
    for (const response of [
      await fetch(url, { method: 'PUT', body: 'x' }),
      await fetch(url.replace('own/a', 'own/b')),
      await fetch(`${url}&response-content-type=text/html`),
    ])
      expect([response.status, await codeOf(response)]).toEqual([403, 'SignatureDoesNotMatch'])
  })

  it('returns the headers that it asks for', async () => {
    const query = { 'response-content-type': 'text/csv' }
    const found = await fetch(presign({ method: 'GET', path: pathOf('own/a'), query }))
    expect(found.headers.get('content-type')).toBe('text/csv')
  })

  it('can be limited in its age by a policy', async () => {
    const statement = allowObjects('own/', 's3:GetObject')
    const limited = environment.openSession([
      { ...statement, Condition: { NumericLessThan: { 's3:signatureAge': '60000' } } },
    ])
    const at = (ageMs: number) =>
      fetch(
        presignUrl(
          environment.url,
          { method: 'GET', path: pathOf('own/a') },
          ...([limited, Date.now() - ageMs] as const),
        ),
      )
    expect((await at(0)).status).toBe(200)
    expect((await at(120_000)).status).toBe(403)
  })
})

describe('a form', () => {
  const CONDITIONS = [
    ...[{ bucket: BUCKET }, ['starts-with', '$key', 'own/'], ['content-length-range', 1, 10]],
    ...[
      ['starts-with', '$Content-Type', 'image/'],
      ['starts-with', '$success_action_status', ''],
    ],
    ...[{ 'x-amz-meta-a': 'b' }, ['starts-with', '$success_action_redirect', '']],
  ]

  interface FormOptions {
    readonly fields?: Readonly<Record<string, string>>
    readonly file?: string
    readonly by?: S3Keys
    readonly conditions?: readonly unknown[]
    readonly expiresMs?: number
    readonly signed?: Readonly<Record<string, string>>
  }

  function post({ fields = {}, file = 'image', by = keys, ...more }: FormOptions = {}) {
    const form = new FormData()
    const all: Record<string, string> = {
      ...{ key: 'own/${filename}', 'Content-Type': 'image/png', success_action_status: '201' },
      ...{ success_action_redirect: '', 'x-amz-meta-a': 'b' },
      ...signPostPolicy(more.conditions ?? CONDITIONS, by, more.expiresMs),
      ...{ ...more.signed, ...fields },
    }
    for (const [name, value] of Object.entries(all)) form.set(name, value)
    form.set('file', new Blob([file]), 'a picture.png')
    return fetch(`${environment.url}/${BUCKET}`, {
      ...{ method: 'POST', body: form, redirect: 'manual' },
    })
  }

  it('stores its file under the name that the browser sends', async () => {
    const response = await post()
    expect(response.status).toBe(201)
    expect(await response.text()).toContain('<Key>own/a picture.png</Key>')
    expect(await read('own/a picture.png')).toMatchObject({
      ...{ text: 'image', ContentType: 'image/png', Metadata: { a: 'b' } },
    })
    expect((await post({ fields: { success_action_status: '' } })).status).toBe(204)
    const redirect = 'https://app.example.com/done?x=1'
    const redirected = await post({ fields: { success_action_redirect: redirect } })
    expect(redirected.status).toBe(303)
    expect(redirected.headers.get('location')).toMatch(
      /^https:\/\/app\.example\.com\/done\?x=1&bucket=examples&key=own%2Fa\+picture.png&etag=/,
    )
    const script = { fields: { success_action_redirect: 'javascript:alert(1)' } }
    expect((await post(script)).status).toBe(201)
  })

  it.each<[string, FormOptions, string]>([
    ['a key that its policy does not allow', { fields: { key: 'other/x' } }, 'AccessDenied'],
    ['a type that it does not allow', { fields: { 'Content-Type': 'text/html' } }, 'AccessDenied'],
    ['metadata with another value', { fields: { 'x-amz-meta-a': 'c' } }, 'AccessDenied'],
    ['a field that it does not name', { fields: { 'x-amz-meta-z': 'c' } }, 'AccessDenied'],
    ['an ACL that it does not name', { fields: { acl: 'private' } }, 'AccessDenied'],
    ['a file that is too large', { file: '12345678901' }, 'EntityTooLarge'],
    ['a file that is too small', { file: '' }, 'EntityTooSmall'],
    ['a policy that has expired', { expiresMs: Date.now() - 1000 }, 'AccessDenied'],
    [
      'a policy that is not the signed one',
      { fields: { policy: 'e30=' } },
      'SignatureDoesNotMatch',
    ],
    ['no policy', { fields: { policy: '' } }, 'SignatureDoesNotMatch'],
    ['no key', { fields: { key: '' } }, 'InvalidArgument'],
    ['a policy without conditions', { conditions: [] }, 'AccessDenied'],
    ['an unknown condition', { conditions: [['ends-with', '$key', 'x']] }, 'InvalidPolicyDocument'],
    [
      'a field that would change the storage',
      {
        fields: { 'x-amz-server-side-encryption-customer-key': 'x' },
        conditions: [
          ...CONDITIONS,
          ['starts-with', '$x-amz-server-side-encryption-customer-key', ''],
        ],
      },
      'NotImplemented',
    ],
    ['another bucket', { conditions: [{ bucket: 'other' }, ...CONDITIONS] }, 'AccessDenied'],
  ])('is refused for %s', async (_, options, code) => {
    const response = await post(options)
    expect([await codeOf(response), response.status >= 400]).toEqual([code, true])
  })

  it('can do only what the session that signed it may do', async () => {
    const by = environment.openSession([allowObjects('elsewhere/', 's3:PutObject')])
    const response = await post({ by })
    expect([response.status, await codeOf(response)]).toEqual([403, 'AccessDenied'])
    expect(response.headers.get('x-token-broker-denial')).toMatch(/^session policy/)
  })
})

describe('a page of another origin', () => {
  const preflight = (origin: string, method = 'PUT') =>
    fetch(`${environment.url}${pathOf('own/a')}`, {
      method: 'OPTIONS',
      headers: {
        ...{ origin, 'access-control-request-method': method },
        'access-control-request-headers': 'authorization,x-amz-date',
      },
    })

  it('of a tenant may send requests, and read all headers of their responses', async () => {
    const allowed = await preflight(ALLOWED_ORIGIN)
    expect(allowed.status).toBe(200)
    expect(Object.fromEntries(allowed.headers)).toMatchObject({
      'access-control-allow-origin': ALLOWED_ORIGIN,
      'access-control-allow-methods': 'GET, PUT, POST, DELETE, HEAD',
      'access-control-allow-headers': 'authorization,x-amz-date',
    })
    for (const [key, header] of [
      ['own/a', 'etag'],
      ['other/a', 'x-token-broker-denial'],
    ]) {
      const request = { method: 'GET', path: pathOf(key ?? '') }
      const headers = signHeaders(environment.url, request, keys)
      const found = await fetch(environment.url + request.path, {
        headers: { ...headers, origin: ALLOWED_ORIGIN },
      })
      expect(found.headers.get('access-control-allow-origin')).toBe(ALLOWED_ORIGIN)
      expect(found.headers.get('access-control-expose-headers')?.split(', ')).toContain(header)
      await found.arrayBuffer()
    }
  })

  it('that no tenant lists gets no permission of the browser', async () => {
    const refused = await preflight('https://evil.example')
    expect([refused.status, await codeOf(refused)]).toEqual([403, 'AccessForbidden'])
    expect((await preflight(ALLOWED_ORIGIN, 'PATCH')).status).toBe(403)
    const request = { method: 'GET', path: pathOf('own/a') }
    const headers = signHeaders(environment.url, request, keys)
    const found = await fetch(environment.url + request.path, {
      headers: { ...headers, origin: 'https://evil.example' },
    })
    expect(found.headers.get('access-control-allow-origin')).toBeNull()
    expect(found.headers.get('vary')).toContain('Origin')
    await found.arrayBuffer()
  })
})
