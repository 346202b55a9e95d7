/** Signs requests to the local S3 as clients do: in a header, in a URL, and in a form. */
import { createHmac, hash } from 'node:crypto'

export interface SigningKeys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

const REGION = 'eu-west-1'

export interface RequestToSign {
  readonly method: string
  /** Encoded: of keys, every byte but letters, digits, `-._~` and slashes. */
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
}

/** @returns the headers to send, with the signature */
export function signHeaders(
  url: string,
  { method, path, query = {}, headers = {}, body = '' }: RequestToSign,
  keys: SigningKeys,
  nowMs = Date.now(),
): Record<string, string> {
  const time = timeOf(nowMs)
  const payload = headers['x-amz-content-sha256'] ?? hash('sha256', body)
  const signed: Record<string, string> = {
    ...{ host: new URL(url).host, ...headers, 'x-amz-date': time },
    'x-amz-content-sha256': payload,
    ...(keys.sessionToken === undefined ? {} : { 'x-amz-security-token': keys.sessionToken }),
  }
  const signature = sign({ method, path, query, headers: signed, payload }, keys, time)
  const names = Object.keys(signed).sort().join(';')
  const credential = `${keys.accessKeyId}/${scopeOf(time)}`
  return {
    ...signed,
    authorization:
      `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names}, ` +
      `Signature=${signature}`,
  }
}

/** @returns the whole URL */
export function presignUrl(
  url: string,
  { method, path, query = {}, headers = {} }: RequestToSign,
  keys: SigningKeys,
  nowMs = Date.now(),
): string {
  const time = timeOf(nowMs)
  const signed = { host: new URL(url).host, ...headers }
  const parameters = {
    ...query,
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': `${keys.accessKeyId}/${scopeOf(time)}`,
    ...{ 'X-Amz-Date': time, 'X-Amz-Expires': '300' },
    'X-Amz-SignedHeaders': Object.keys(signed).sort().join(';'),
    ...(keys.sessionToken === undefined ? {} : { 'X-Amz-Security-Token': keys.sessionToken }),
  }
  const request = { method, path, query: parameters, headers: signed, payload: 'UNSIGNED-PAYLOAD' }
  return `${url}${path}?${queryText(parameters)}&X-Amz-Signature=${sign(request, keys, time)}`
}

/** @returns the fields of the form, without the key and the file */
export function signPostPolicy(
  conditions: readonly unknown[],
  keys: SigningKeys,
  expiresMs = Date.now() + 300_000,
): Record<string, string> {
  const time = timeOf(Date.now())
  const fields = {
    'x-amz-algorithm': 'AWS4-HMAC-SHA256',
    'x-amz-credential': `${keys.accessKeyId}/${scopeOf(time)}`,
    'x-amz-date': time,
    ...(keys.sessionToken === undefined ? {} : { 'x-amz-security-token': keys.sessionToken }),
  }
  const document = {
    expiration: new Date(expiresMs).toISOString(),
    conditions: [
      ...conditions,
      ...Object.entries(fields).map(([name, value]) => ({ [name]: value })),
    ],
  }
  const policy = Buffer.from(JSON.stringify(document)).toString('base64')
  const signature = hmac(signingKey(keys, time), policy).toString('hex')
  return { ...fields, policy, 'x-amz-signature': signature }
}

function sign(
  request: Required<Omit<RequestToSign, 'body'>> & { readonly payload: string },
  keys: SigningKeys,
  time: string,
): string {
  const names = Object.keys(request.headers).sort()
  const canonical = [
    request.method,
    request.path,
    queryText(request.query),
    ...names.map((name) => `${name}:${request.headers[name]}`),
    '',
    names.join(';'),
    request.payload,
  ].join('\n')
  const text = ['AWS4-HMAC-SHA256', time, scopeOf(time), hash('sha256', canonical)].join('\n')
  return hmac(signingKey(keys, time), text).toString('hex')
}

function queryText(query: Readonly<Record<string, string>>): string {
  return Object.entries(query)
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&')
}

/** For a path, with its slashes as they are. */
export function encodeKey(key: string): string {
  return key.split('/').map(encode).join('/')
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

function signingKey({ secretAccessKey }: SigningKeys, time: string): Buffer {
  const date = hmac(`AWS4${secretAccessKey}`, time.slice(0, 8))
  return hmac(hmac(hmac(date, REGION), 's3'), 'aws4_request')
}

function scopeOf(time: string): string {
  return `${time.slice(0, 8)}/${REGION}/s3/aws4_request`
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+|[-:]/g, '')
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}
