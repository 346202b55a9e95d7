/** Objects in the local S3, written and read with the session of a demo user. */
import { hash } from 'node:crypto'
import {
  canonicalText,
  deriveScopeKey,
  signLines,
} from '../local-aws/signature/canonical-request.ts'
import type { Runtime } from '../runtime.ts'
import { asRecord, demoToken, postJson } from './demo-client.ts'

/** The sample grant that lets each user read and write what is under the user's own name. */
const GRANT = 'uploads'
const REGION = 'us-east-1'

export type DemoServers = Pick<Runtime, 'brokerUrl' | 'idpUrl'> & { readonly s3Url: string }

export interface ObjectCall {
  readonly command: 'put' | 'get'
  readonly username: string
  /** `BUCKET/KEY`. */
  readonly object: string
  /** What `put` stores. */
  readonly text?: string
}

export interface ObjectResult {
  /** The text does not depend on the run: it has no time, no id and no session name. */
  readonly lines: readonly string[]
  readonly isAllowed: boolean
}

/** @throws {Error} the user cannot log in, or gets no credentials */
export async function callObject(servers: DemoServers, call: ObjectCall): Promise<ObjectResult> {
  const { username, object, command, text = '' } = call
  const token = await demoToken(servers.idpUrl, { username, token: 'id_token' })
  const issued = await postJson(`${servers.brokerUrl}/v1/credentials`, token, { grant: GRANT })
  if (issued.status !== 200)
    throw new Error(`${username} gets no credentials: ${String(issued.body.code)}`)
  const method = command === 'put' ? 'PUT' : 'GET'
  const response = await fetch(`${servers.s3Url}/${object}`, {
    method,
    headers: signedHeaders(asRecord(issued.body.credentials), servers.s3Url, method, object, text),
    ...(command === 'put' ? { body: text } : {}),
  })
  const body = await response.text()
  if (response.status === 200) {
    const done = command === 'put' ? [`stored ${text.length} characters in ${object}`] : [body]
    return { lines: done, isAllowed: true }
  }
  const code = /<Code>(\w+)<\/Code>/.exec(body)?.[1] ?? ''
  const denial = response.headers.get('x-token-broker-denial')?.split('; ') ?? []
  return { lines: [`${code} (HTTP ${response.status})`, ...denial], isAllowed: false }
}

/** @param object of unreserved characters and slashes, which need no escapes */
function signedHeaders(
  { accessKeyId, secretAccessKey, sessionToken }: Readonly<Record<string, unknown>>,
  s3Url: string,
  method: string,
  object: string,
  text: string,
): Record<string, string> {
  const dateTime = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '')
  const scope = { date: dateTime.slice(0, 8), region: REGION, service: 's3' }
  const payload = hash('sha256', text)
  const headers = {
    host: new URL(s3Url).host,
    'x-amz-content-sha256': payload,
    'x-amz-date': dateTime,
    'x-amz-security-token': String(sessionToken),
  }
  const names = Object.keys(headers)
  const canonical = canonicalText({
    ...{ method, path: `/${object}`, query: [], payload },
    ...{ headers: new Map(Object.entries(headers)), signedHeaders: names },
  })
  const key = deriveScopeKey(String(secretAccessKey), scope)
  const time = { algorithm: 'AWS4-HMAC-SHA256', dateTime, scope }
  const signature = signLines(key, time, [hash('sha256', canonical)])
  const credential = `${String(accessKeyId)}/${scope.date}/${REGION}/s3/aws4_request`
  return {
    ...headers,
    authorization:
      `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names.join(';')}, ` +
      `Signature=${signature}`,
  }
}
