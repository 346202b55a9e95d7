/** A broker with one session of its STS endpoint, which signs requests in many ways. */
import { closeAfterTests, startTestBroker, type TestBroker } from '../fixtures/index.ts'
import { startSessionsTable } from '../fixtures/sessions-table.ts'
import { type Signatory, signRequest } from '../fixtures/signature-v4.ts'
import { type IssuedSession, issueSessions } from '../fixtures/sts-sessions.ts'

export const BODY = 'Action=GetCallerIdentity&Version=2011-06-15'
export const REGION = 'eu-central-1'
export const MINUTE_MS = 60_000
/** How long the session lasts. */
export const HOUR_MS = 60 * MINUTE_MS
const FORM = 'application/x-www-form-urlencoded; charset=utf-8'

/** What differs from a request that proves the session. */
export interface Variation {
  /** Undefined: without one, as a session token. */
  readonly by?: { readonly [Name in keyof Signatory]?: Signatory[Name] | undefined }
  readonly host?: string
  /** The path that is signed. */
  readonly path?: string
  readonly sentTo?: string
  readonly signedAt?: number
  /** Of the key, in place of that of the time. */
  readonly scopeDate?: string
  readonly body?: string
  readonly sentBody?: string
  readonly query?: string
  /** Changes the headers after they were signed; undefined: removes one. */
  readonly headers?: Record<string, string | undefined>
}

export function without(header: string): Variation {
  return { headers: { [header]: undefined } }
}

export async function startWithSession(
  where: string,
  { startMs = Date.now(), environment = {} }: { startMs?: number; environment?: object } = {},
) {
  const table = where === 'in a table' ? await closeAfterTests(startSessionsTable()) : undefined
  let passedMs = 0
  const startedMs = Math.floor(startMs / 1000) * 1000
  const now = () => startedMs + passedMs
  const broker = await startTestBroker({
    environment: { AWS_REGION: REGION, ...table?.environment, ...environment },
    now,
  })
  const sessions = issueSessions(broker.sts, (startedMs + HOUR_MS - Date.now()) / 1000)
  const issue = async () =>
    broker.postForm('/sts', {
      Action: 'AssumeRoleWithWebIdentity',
      RoleArn: 'arn:aws:iam::000000000000:role/broker/acme/read',
      RoleSessionName: 'mine',
      WebIdentityToken: await broker.token(),
    })
  await issue()
  const [session] = sessions
  if (!session) throw new Error('STS issued no session.')
  return {
    broker,
    table,
    session,
    sessions,
    issue,
    now,
    pass: (ms: number) => {
      passedMs = ms
    },
    identify: (variation: Variation = {}) => sendSigned(broker, session, now(), variation),
  }
}

function sendSigned(broker: TestBroker, session: IssuedSession, nowMs: number, it: Variation) {
  const { path = '/sts', body = BODY, host = '127.0.0.1:8787' } = it
  const signed = signRequest(
    { method: 'POST', path, body, headers: { host, 'content-type': FORM, 'x-amz-extra': 'a  b' } },
    { ...session, region: REGION, service: 'sts', ...it.by } as Signatory,
    it.signedAt ?? nowMs,
    it.scopeDate,
  )
  const headers = Object.entries({ ...signed.headers, ...it.headers }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  )
  return broker.send({
    method: 'POST',
    path: it.sentTo ?? '/sts',
    headers: Object.fromEntries(headers),
    body: Buffer.from(it.sentBody ?? body),
    ...(it.query === undefined ? {} : { query: it.query }),
  })
}

export async function codeOf(response: ReturnType<TestBroker['send']>): Promise<string> {
  const { status, body } = await response
  return `${status} ${/<Code>(\w+)</.exec(body)?.[1]}`
}
