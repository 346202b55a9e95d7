/** Requests to the local S3 that are sent as they are: no client resolves or completes them. */
import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { BUCKET, type LocalS3Environment, type S3Keys } from './s3-environment.ts'
import { encodeKey, type RequestToSign, signHeaders } from './sign-s3-request.ts'

export interface Reply {
  readonly status: number
  readonly text: string
  /** Of the error document. */
  readonly code: string | undefined
}

/** Encoded, with all its dots and slashes. */
export function pathOf(key: string): string {
  return `/${BUCKET}/${encodeKey(key)}`
}

/** @returns the code of the error document */
export async function s3CodeOf(reply: Promise<Reply>): Promise<string | undefined> {
  return (await reply).code
}

/** @param keys those of the owner by default */
export function sendSigned(
  { url, ownerKeys }: LocalS3Environment,
  toSign: RequestToSign,
  keys: S3Keys = ownerKeys,
): Promise<Reply> {
  const query = new URLSearchParams(toSign.query).toString().replaceAll('+', '%20')
  return sendAsIs(url, { ...toSign, headers: signHeaders(url, toSign, keys) }, query)
}

/** Sends the path as it is: `fetch` would resolve `..` in it. */
export function sendAsIs(
  url: string,
  { method, path, headers, body = '' }: RequestToSign,
  query = '',
): Promise<Reply> {
  const { hostname, port } = new URL(url)
  const target = query === '' ? path : `${path}?${query}`
  const { promise, resolve, reject } = Promise.withResolvers<Reply>()
  const outgoing = httpRequest({ hostname, port, method, path: target, headers }, (incoming) => {
    const chunks: Buffer[] = []
    incoming.on('data', (chunk) => chunks.push(chunk))
    incoming.on('end', () => {
      const text = Buffer.concat(chunks).toString()
      const code = /<Code>(\w+)<\/Code>/.exec(text)?.[1]
      resolve({ status: incoming.statusCode ?? 0, text, code })
    })
  })
  outgoing.on('error', reject)
  outgoing.end(body)
  return promise
}

/** The start of a request, for {@link sendS3Bytes}. */
export function requestHead(
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`
}

/**
 * @param endAfterMs after which the client disconnects; 0: the server closes the connection
 * @returns everything that the server sends
 */
export function sendS3Bytes(url: string, text: string, endAfterMs = 0): Promise<string> {
  const { hostname, port } = new URL(url)
  const { promise, resolve } = Promise.withResolvers<string>()
  const socket = connect(Number(port), hostname, () => {
    socket.write(text)
    if (endAfterMs > 0) setTimeout(() => socket.destroy(), endAfterMs)
  })
  let received = ''
  socket.on('data', (chunk) => {
    received += chunk
  })
  socket.on('error', () => undefined).on('close', () => resolve(received))
  return promise
}
