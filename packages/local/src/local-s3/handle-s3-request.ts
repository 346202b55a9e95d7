/** From an HTTP request to an operation of S3, and to its response. */
import type { IncomingMessage } from 'node:http'
import type { Authorizer } from '../local-aws/authorize-session.ts'
import type { SessionRegistry } from '../local-aws/session-registry.ts'
import { type Authenticated, authenticate } from '../local-aws/signature/authenticate.ts'
import { authenticatePostPolicy } from '../local-aws/signature/authenticate-post.ts'
import { readBody } from '../local-aws/signature/read-body.ts'
import type { BodyLimit } from './body-limit.ts'
import { findOperation, isFormUpload } from './find-operation.ts'
import { keyOfForm, postObject } from './operations/post-object.ts'
import { OPERATIONS } from './operations/s3-operations.ts'
import { readHeaders } from './read-headers.ts'
import { createAccess, type S3Access } from './s3-access.ts'
import { readAddress, type S3Address } from './s3-address.ts'
import { MAX_UPLOAD_BYTES, type S3Call, type S3Response } from './s3-call.ts'
import { s3Refusal } from './s3-refusal.ts'
import type { BucketStore } from './store/bucket-store.ts'
import { MAX_FIELDS_BYTES, readUploadForm } from './wire/upload-form.ts'

export interface S3Ports {
  readonly sessions: SessionRegistry
  readonly authorizer: Authorizer
  readonly buckets: BucketStore
  readonly bodies: BodyLimit
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly log: (line: string) => void
}

/** What a request is, before anything of it is proved. */
interface ReceivedRequest {
  readonly incoming: IncomingMessage
  readonly address: S3Address
  readonly nowMs: number
}

/**
 * @param invite asks the client to send the body, if it waits for that
 * @throws {AwsRefusal}
 */
export async function handleS3Request(
  incoming: IncomingMessage,
  ports: S3Ports,
  invite: () => void,
): Promise<S3Response> {
  const { method = '', url = '', rawHeaders } = incoming
  const address = readAddress(url, incoming.headers.host)
  const received = { incoming, address, nowMs: ports.now() }
  if (isFormUpload(method, address)) return receiveForm(received, ports, invite)
  const request = { method, url, headers: incoming.headers, rawHeaders }
  const authenticated = authenticate(request, 's3', ports.sessions, received.nowMs)
  const headers = readHeaders(rawHeaders, address.parameters)
  const operation = findOperation(method, address, headers)
  return OPERATIONS[operation](createCall(received, headers, authenticated, ports, invite))
}

/** The signature is in the form, so the form is read first. */
async function receiveForm(
  received: ReceivedRequest,
  ports: S3Ports,
  invite: () => void,
): Promise<S3Response> {
  const { incoming, nowMs } = received
  const maxBytes = MAX_UPLOAD_BYTES + 2 * MAX_FIELDS_BYTES
  return ports.bodies.reading(incoming, maxBytes, async () => {
    invite()
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk)
    const form = readUploadForm(Buffer.concat(chunks), incoming.headers['content-type'])
    const authenticated = authenticatePostPolicy(form.fields, ports.sessions, nowMs)
    const headers = readHeaders(incoming.rawHeaders, new Map())
    const call = createCall(received, headers, authenticated, ports, invite)
    return postObject({ ...call, key: keyOfForm(form) }, form, authenticated.policy)
  })
}

function createCall(
  { incoming, address, nowMs }: ReceivedRequest,
  headers: ReadonlyMap<string, string>,
  authenticated: Authenticated,
  ports: S3Ports,
  invite: () => void,
): S3Call {
  checkExpectedOwner(headers, authenticated)
  const { bucket = '', key = '', parameters } = address
  return {
    ...{ bucket, key, parameters, headers, nowMs },
    region: authenticated.region,
    access: accessOf(incoming, authenticated, ports),
    log: ports.log,
    readBody: (maxBytes) =>
      ports.bodies.reading(incoming, maxBytes, () => {
        invite()
        return readBody(incoming, authenticated, maxBytes)
      }),
  }
}

function accessOf(
  { headers, socket }: IncomingMessage,
  authenticated: Authenticated,
  { authorizer, buckets }: S3Ports,
): S3Access {
  const { 'user-agent': userAgent, referer } = headers
  const http = {
    sourceIp: (socket.remoteAddress ?? '').replace(/^::ffff:/, ''),
    ...(userAgent === undefined ? {} : { userAgent }),
    ...(referer === undefined ? {} : { referer }),
  }
  return createAccess({ authorizer, authenticated, http, buckets })
}

/** Every bucket belongs to the account of the caller's role. */
function checkExpectedOwner(
  headers: ReadonlyMap<string, string>,
  { session }: Authenticated,
): void {
  const account = session.role?.account
  for (const name of ['x-amz-expected-bucket-owner', 'x-amz-source-expected-bucket-owner']) {
    const expected = headers.get(name)
    if (expected !== undefined && account !== undefined && expected !== account)
      throw s3Refusal('AccessDenied', `The bucket does not belong to the account of ${name}.`)
  }
}
