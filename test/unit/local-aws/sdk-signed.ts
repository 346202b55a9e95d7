/** Requests that the unmodified signer of the AWS SDK signs, and the local AWS's decision. */
import { createHash, createHmac } from 'node:crypto'
import { SignatureV4 } from '@smithy/signature-v4'
import type { AwsRefusal } from '../../../packages/local/src/local-aws/aws-refusal.ts'
import type { LocalSession } from '../../../packages/local/src/local-aws/local-session.ts'
import { createSessionRegistry } from '../../../packages/local/src/local-aws/session-registry.ts'
import {
  type Authenticated,
  authenticate,
} from '../../../packages/local/src/local-aws/signature/authenticate.ts'

export const NOW = Date.UTC(2026, 10, 27, 12)
export const OWNER: LocalSession = {
  ...{ accessKeyId: 'AKIAOWNER', secretAccessKey: 'owner-secret' },
  expiresAtMs: Number.POSITIVE_INFINITY,
}
export const ALICE = sessionOf('ASIAALICE', 'alice')
export const BOB = sessionOf('ASIABOB', 'bob')

function sessionOf(accessKeyId: string, name: string): LocalSession {
  return {
    ...{ accessKeyId, secretAccessKey: `secret-of-${name}`, sessionToken: `token-of-${name}` },
    expiresAtMs: NOW + 3_600_000,
    role: {
      ...{ roleArn: 'arn:aws:iam::111122223333:role/app', roleId: `AROA:${name}` },
      assumedRoleArn: `arn:aws:sts::111122223333:assumed-role/app/${name}`,
      ...{ account: '111122223333', provider: 'id', issuedAtMs: NOW, principalTags: {} },
      managedPolicyArns: [],
    },
  }
}

export interface Signing {
  readonly service?: 's3' | 'dynamodb'
  readonly by?: LocalSession
  readonly method?: string
  /** Encoded, as it is sent. */
  readonly path?: string
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly signedAtMs?: number
  /** In seconds; a request is signed in a header if this is absent. */
  readonly expiresIn?: number
}

export interface Sent {
  readonly method: string
  readonly url: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: Buffer
}

export async function signed(signing: Signing): Promise<Sent> {
  const { service = 's3', by = ALICE, method = 'GET', path = '/files/a.txt' } = signing
  const { body = '', signedAtMs = NOW, expiresIn } = signing
  const { accessKeyId, secretAccessKey, sessionToken } = by
  const signer = new SignatureV4({
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) },
    ...{ service, region: 'eu-west-1', sha256: Sha256, uriEscapePath: service !== 's3' },
  })
  const request = {
    ...{ method, protocol: 'http:', hostname: '127.0.0.1', port: 8790, path },
    ...{ query: { ...signing.query }, body },
    headers: {
      host: '127.0.0.1:8790',
      // As the presigner of S3 does: a URL is made without the body.
      ...(service === 's3' && expiresIn !== undefined
        ? { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' }
        : {}),
      ...signing.headers,
    },
  }
  const signingDate = new Date(signedAtMs)
  const done =
    expiresIn === undefined
      ? await signer.sign(request, { signingDate })
      : await signer.presign(request, { signingDate, expiresIn })
  const query = new URLSearchParams(
    Object.entries(done.query ?? {}).map(([name, value]) => [name, String(value)]),
  )
  return {
    method,
    url: query.size === 0 ? path : `${path}?${String(query).replaceAll('+', '%20')}`,
    headers: Object.entries(done.headers),
    body: Buffer.from(body),
  }
}

export function check(
  { method, url, headers, body }: Sent,
  { service = 's3', nowMs = NOW }: { service?: 's3' | 'dynamodb'; nowMs?: number } = {},
): Authenticated {
  const sessions = createSessionRegistry(OWNER, () => nowMs)
  for (const session of [ALICE, BOB]) sessions.add(session)
  const request = { method, url, headers: {}, rawHeaders: headers.flat() }
  const withBody = service === 'dynamodb' ? { ...request, body } : request
  return authenticate(withBody, service, sessions, nowMs)
}

/** @returns AWS's code, or `ok` */
export function refusalCode(...[sent, options]: Parameters<typeof check>): string {
  try {
    check(sent, options)
    return 'ok'
  } catch (error) {
    return (error as AwsRefusal).code
  }
}

export function withHeader(sent: Sent, name: string, value: string | undefined): Sent {
  const others = sent.headers.filter(([other]) => other.toLowerCase() !== name)
  return { ...sent, headers: value === undefined ? others : [...others, [name, value]] }
}

export function headerOf(sent: Sent, name: string): string {
  return sent.headers.find(([other]) => other.toLowerCase() === name)?.[1] ?? ''
}

/** The hash that the signer asks for. */
class Sha256 {
  readonly #hash
  constructor(key?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = key === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(key))
  }
  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(bytesOf(data))
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest()
  }
  reset(): void {}
}

function bytesOf(data: string | ArrayBuffer | ArrayBufferView): Uint8Array {
  if (typeof data === 'string') return Buffer.from(data)
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data)
}
