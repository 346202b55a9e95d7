/** Keys, headers and parameters that a client of AWS would not send to the local S3. */
import { ListObjectsV2Command } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  pathOf,
  requestHead,
  s3CodeOf,
  sendAsIs,
  sendS3Bytes,
  sendSigned,
} from './raw-s3-request.ts'
import {
  allowObjects,
  BUCKET,
  type LocalS3Environment,
  type S3Keys,
  startS3Environment,
} from './s3-environment.ts'
import { type RequestToSign, signHeaders } from './sign-s3-request.ts'

let environment: LocalS3Environment

beforeAll(async () => {
  environment = await startS3Environment()
})
afterAll(() => environment.close())

const send = (toSign: RequestToSign, keys?: S3Keys) => sendSigned(environment, toSign, keys)

describe('a key', () => {
  const KEYS = [
    ...['../x', '../../etc/passwd', 'a/../b', 'a/./b', '//', 'a//b', '/', '.', '..'],
    ...['a%2Fb', '%', 'a\u0000b', 'line\nfeed', 'a\\b', 'ü'.repeat(512), '<&>"\'', '__proto__'],
    ...['constructor', 'a?b#c', ' ', '\u{1f600}'],
  ]

  it.each(KEYS)('%j is one object of its own', async (key) => {
    const body = `content of ${key}`
    expect((await send({ method: 'PUT', path: pathOf(key), body })).status).toBe(200)
    expect((await send({ method: 'GET', path: pathOf(key) })).text).toBe(body)
    const { Contents = [] } = await environment.owner.send(
      new ListObjectsV2Command({ Bucket: BUCKET, Prefix: key, EncodingType: 'url' }),
    )
    const found = Contents.map(({ Key = '' }) => decodeURIComponent(Key.replaceAll('+', ' ')))
    expect(found).toContain(key)
    expect(KEYS).toEqual(expect.arrayContaining(found))
    expect((await send({ method: 'DELETE', path: pathOf(key) })).status).toBe(204)
  })

  it('has at most 1,024 bytes and is UTF-8', async () => {
    const long = pathOf('k'.repeat(1025))
    expect(await s3CodeOf(send({ method: 'PUT', path: long, body: 'x' }))).toBe('KeyTooLongError')
    for (const path of ['%ff', '%c0%af', '%ed%a0%80', '%zz', '%'])
      expect(await s3CodeOf(send({ method: 'GET', path: `/${BUCKET}/${path}` }))).toBe('InvalidURI')
  })

  it('that only looks like an allowed one is denied', async () => {
    await send({ method: 'PUT', path: pathOf('other/x'), body: 'secret' })
    const session = environment.openSession([allowObjects('own/', 's3:GetObject')])
    for (const path of ['own/../other/x', 'own%2F..%2Fother/x', './other/x', 'OWN/x', '/own/x']) {
      const reply = await send({ method: 'GET', path: `/${BUCKET}/${path}` }, session)
      expect([reply.status, reply.text.includes('secret')]).toEqual([403, false])
    }
    // The bucket is what comes before the first slash as it was sent.
    const escaped = await send({ method: 'GET', path: `/${BUCKET}%2Fother/x` }, session)
    expect(escaped.code).toBe('NoSuchBucket')
  })
})

describe('a request', () => {
  it('with a parameter or header twice is refused', async () => {
    const path = `/${BUCKET}`
    const query = { prefix: 'a' }
    const signed = signHeaders(
      environment.url,
      { method: 'GET', path, query },
      environment.ownerKeys,
    )
    const twice = await sendAsIs(
      environment.url,
      { method: 'GET', path, headers: signed },
      'prefix=a&prefix=b',
    )
    expect(twice.code).toBe('InvalidArgument')
    const toSign = { method: 'GET', path, headers: { 'x-amz-acl': 'private,public-read' } }
    const joined = signHeaders(environment.url, toSign, environment.ownerKeys)
    const text = requestHead('GET', path, { ...joined, connection: 'close' })
    const reply = await sendS3Bytes(
      environment.url,
      text.replace('private,public-read', 'private\r\nX-Amz-Acl: public-read'),
    )
    expect(reply).toContain('<Code>InvalidRequest</Code>')
  })

  it.each([
    ['x-amz-server-side-encryption-customer-algorithm', 'AES256', 'NotImplemented'],
    ['x-amz-server-side-encryption', 'aws:kms', 'NotImplemented'],
    ['x-amz-grant-read', 'uri="x"', 'NotImplemented'],
    ['x-amz-acl', 'public-read', 'NotImplemented'],
    ['x-amz-storage-class', 'GLACIER', 'NotImplemented'],
    ['x-amz-storage-class', 'CHEAP', 'InvalidStorageClass'],
    ['x-amz-object-lock-mode', 'COMPLIANCE', 'NotImplemented'],
    ['x-amz-website-redirect-location', '/x', 'NotImplemented'],
    ['x-amz-write-offset-bytes', '1', 'NotImplemented'],
    ['x-amz-not-yet-known', '1', 'NotImplemented'],
    ['x-amz-expected-bucket-owner', '999999999999', 'AccessDenied'],
  ])('with %s: %s is refused and not ignored', async (name, value, code) => {
    const by = environment.openSession([allowObjects('', 's3:*')])
    const path = pathOf('refused')
    const reply = await send({ method: 'PUT', path, body: 'x', headers: { [name]: value } }, by)
    expect(reply.code).toBe(code)
    if (code === 'NotImplemented') expect(reply.text).toContain('is not supported by the local S3')
    expect(await s3CodeOf(send({ method: 'GET', path }))).toBe('NoSuchKey')
  })

  it.each([
    ['GET', '', 'versioning', 'GetBucketVersioning'],
    ['PUT', '', 'policy', 'PutBucketPolicy'],
    ['PUT', '', 'encryption', 'PutBucketEncryption'],
    ['DELETE', '', 'lifecycle', 'DeleteBucketLifecycleConfiguration'],
    ['GET', '/x', 'acl', 'GetObjectAcl'],
    ['GET', '/x', 'attributes', 'GetObjectAttributes'],
    ['GET', '/x', 'versionId', 'versionId'],
    ['POST', '/x', 'select', 'PostObjectSelectContent'],
    ['GET', '', 'unheard-of', 'unheard-of'],
  ])('for %s %s?%s is refused by its name', async (method, key, parameter, name) => {
    const query = { [parameter]: '' }
    const reply = await send({ method, path: `/${BUCKET}${key}`, query })
    expect([reply.status, reply.code]).toEqual([501, 'NotImplemented'])
    expect(reply.text).toContain(name)
  })

  it('without a signature is denied, and changes nothing', async () => {
    for (const method of ['GET', 'PUT', 'DELETE', 'HEAD']) {
      const reply = await sendAsIs(environment.url, { method, path: pathOf('anonymous') })
      expect(reply.status).toBe(403)
    }
    expect(await s3CodeOf(send({ method: 'GET', path: pathOf('anonymous') }))).toBe('NoSuchKey')
  })

  it('cannot add lines to the log', async () => {
    const query = {
      ...{ uploads: '', 'x-amz-checksum-algorithm': 'CRC32' },
      'x-amz-checksum-type': 'x\nlocal S3: 200',
    }
    await send({ method: 'POST', path: pathOf('log'), query })
    await send({ method: 'GET', path: `/${BUCKET}`, query: { 'a\nb': '' } })
    const lines = environment.lines.slice(-2)
    expect(lines.every((line) => /^local S3: \d{3} [ -~]+$/.test(line))).toBe(true)
  })

  it('with a huge header is refused', async () => {
    const headers = { 'x-amz-meta-a': 'x'.repeat(20_000) }
    const reply = await send({ method: 'PUT', path: pathOf('huge'), headers, body: 'x' })
    expect(reply.status).toBe(431)
  })
})

it('serves buckets by host name, and signs for the same object', async () => {
  const { port } = new URL(environment.url)
  for (const host of [`${BUCKET}.localhost:${port}`, `${BUCKET}.s3.localhost:${port}`]) {
    const put = { method: 'PUT', path: '/virtual/x', body: host }
    const headers = signHeaders(`http://${host}`, put, environment.ownerKeys)
    expect((await sendAsIs(environment.url, { ...put, headers })).status).toBe(200)
    expect((await send({ method: 'GET', path: pathOf('virtual/x') })).text).toBe(host)
  }
  const get = { method: 'GET', path: pathOf('virtual/x') }
  const signed = signHeaders(`http://localhost:${port}`, get, environment.ownerKeys)
  expect((await sendAsIs(environment.url, { ...get, headers: signed })).status).toBe(200)
})

it('writes the object of one of two writers, and never a mixture', async () => {
  const bodies = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(200_000))
  for (let round = 0; round < 5; round++) {
    await Promise.all(bodies.map((body) => send({ method: 'PUT', path: pathOf('mixture'), body })))
    expect(bodies).toContain((await send({ method: 'GET', path: pathOf('mixture') })).text)
  }
})
