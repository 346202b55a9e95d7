/** Bodies and documents that a client of AWS would not send to the local S3. */
import { hash } from 'node:crypto'
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
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
const sign = (toSign: RequestToSign, keys = environment.ownerKeys) =>
  signHeaders(environment.url, toSign, keys)

const MD5_OF_NOTHING = '1B2M2Y8AsgTpgAmY7PhCfg=='

describe('a body', () => {
  it('that is not the signed one is refused, and stores nothing', async () => {
    const toSign = { method: 'PUT', path: pathOf('body'), body: 'signed' }
    const headers = sign(toSign)
    const reply = await sendAsIs(environment.url, { ...toSign, headers, body: 'other!' })
    expect(reply.code).toBe('XAmzContentSHA256Mismatch')
    expect(await s3CodeOf(send({ method: 'GET', path: pathOf('body') }))).toBe('NoSuchKey')
  })

  it('that ends early stores nothing', async () => {
    const headers = sign({
      ...{ method: 'PUT', path: pathOf('early') },
      headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
    })
    await sendS3Bytes(
      environment.url,
      requestHead('PUT', pathOf('early'), { ...headers, 'content-length': '100' }) +
        'only some of it',
      100,
    )
    expect(await s3CodeOf(send({ method: 'GET', path: pathOf('early') }))).toBe('NoSuchKey')
  })

  it('that is too long is refused before it is sent', async () => {
    const headers = sign({ method: 'PUT', path: pathOf('long') })
    const reply = await sendS3Bytes(
      environment.url,
      requestHead('PUT', pathOf('long'), {
        ...headers,
        'content-length': String(2 ** 40),
        expect: '100-continue',
      }),
      300,
    )
    expect(reply).toContain('<Code>EntityTooLarge</Code>')
    expect(reply).not.toContain('100 Continue')
  })

  it('is not asked for where the request is denied', async () => {
    const session = environment.openSession([allowObjects('own/', 's3:PutObject')])
    for (const [key, isAsked] of [
      ['other/x', false],
      ['own/x', true],
    ] as const) {
      const toSign = { method: 'PUT', path: pathOf(key), body: 'x' }
      const headers = sign(toSign, session)
      const reply = await sendS3Bytes(
        environment.url,
        requestHead('PUT', pathOf(key), {
          ...headers,
          'content-length': '1',
          expect: '100-continue',
        }),
        200,
      )
      expect(reply.includes('100 Continue')).toBe(isAsked)
      expect(reply.includes('AccessDenied')).toBe(!isAsked)
    }
  })
})

describe('an XML document', () => {
  const deletion = (document: string) =>
    send({
      ...{ method: 'POST', path: `/${BUCKET}`, query: { delete: '' }, body: document },
      headers: {
        'x-amz-sdk-checksum-algorithm': 'SHA256',
        'x-amz-checksum-sha256': hash('sha256', document, 'base64'),
      },
    })

  it.each([
    ['a document type', '<!DOCTYPE Delete [<!ENTITY x "y">]><Delete/>'],
    ['an entity', '<Delete><Object><Key>&x;</Key></Object></Delete>'],
    ['an external entity', '<!DOCTYPE d SYSTEM "file:///etc/passwd"><Delete/>'],
    [
      'nested entities',
      '<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><Delete><Object><Key>&b;</Key>' +
        '</Object></Delete>',
    ],
    ['deep nesting', `<Delete>${'<Object>'.repeat(100)}${'</Object>'.repeat(100)}</Delete>`],
    ['a comment', '<Delete><!-- x --><Object><Key>a</Key></Object></Delete>'],
    ['CDATA', '<Delete><Object><Key><![CDATA[a]]></Key></Object></Delete>'],
    ['a processing instruction', '<Delete><?x y?><Object><Key>a</Key></Object></Delete>'],
    ['two keys', '<Delete><Object><Key>a</Key><Key>b</Key></Object></Delete>'],
    ['an unknown element', '<Delete><Object><Key>a</Key><Other/></Object></Delete>'],
    ['text beside elements', '<Delete>text<Object><Key>a</Key></Object></Delete>'],
    ['no end', '<Delete><Object><Key>a</Key></Object>'],
    ['two roots', '<Delete></Delete><Delete></Delete>'],
    ['another root', '<Remove><Object><Key>a</Key></Object></Remove>'],
    ['a surrogate', '<Delete><Object><Key>&#xd800;</Key></Object></Delete>'],
    ['nothing', ''],
  ])('with %s is refused', async (_, document) => {
    await environment.owner.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'a', Body: 'a' }))
    expect(await s3CodeOf(deletion(document))).toBe('MalformedXML')
    await environment.owner.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'a' }))
  })

  it('with references, a namespace and white space is read', async () => {
    for (const key of ['<&>', 'a\rb']) {
      await send({ method: 'PUT', path: pathOf(key), body: 'x' })
      const text = key.replace(/[<&>\r]/g, (character) => `&#${character.charCodeAt(0)};`)
      const reply = await deletion(
        '<?xml version="1.0" encoding="UTF-8"?>\n' +
          '<d:Delete xmlns:d="http://s3.amazonaws.com/doc/2006-03-01/">\n' +
          `<d:Object><d:Key>${text}</d:Key></d:Object>\n</d:Delete>\n`,
      )
      expect(reply.status).toBe(200)
      expect(await s3CodeOf(send({ method: 'GET', path: pathOf(key) }))).toBe('NoSuchKey')
    }
  })

  it('of DeleteObjects needs a digest', async () => {
    const request = { method: 'POST', path: `/${BUCKET}`, query: { delete: '' } }
    expect(await s3CodeOf(send({ ...request, body: '<Delete/>' }))).toBe('InvalidRequest')
    const wrong = { ...request, body: '<Delete/>', headers: { 'content-md5': MD5_OF_NOTHING } }
    expect(await s3CodeOf(send(wrong))).toBe('BadDigest')
  })
})
