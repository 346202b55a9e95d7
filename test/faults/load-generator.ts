/** Sends requests without pause, half of which must be refused; compares responses and records. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { AuditRecord } from '@token-broker/core'

export interface SentRequest {
  readonly user: string
  /** Whether a rule of the tenant passes for this caller. */
  readonly entitled: boolean
  /** The phase of both the request and its response; `between` if they are in different ones. */
  readonly phase: string
  /** Undefined: the broker sent no response. */
  readonly response: BrokerResponse | undefined
}

interface BrokerResponse {
  readonly requestId: string
  /** Undefined: the response contains credentials. */
  readonly code: string | undefined
  readonly accessKeyId: string | undefined
  readonly assumedRoleArn: string | undefined
}

export interface Load {
  readonly sent: readonly SentRequest[]
  startPhase(name: string): void
  /** Resolves when no request is in flight. */
  stop(): Promise<void>
}

const LANES = 4
/** Requests with opaque tokens are as many as an issuer is asked about while it fails. */
const OPAQUE_PAUSE_MS = 500
/** Longer than every timeout of the broker: a request without a response is lost. */
const TIMEOUT_MS = 20_000

interface LoadOptions {
  /** The tenant whose issuer is asked about opaque tokens; absent: the tokens are JWTs. */
  readonly tenant?: string
  /** Absent: each request is of another user. */
  readonly users?: number
  /** Absent: the tokens are no SAML responses. */
  readonly tokenType?: 'saml2'
  /** Only sessions of the STS endpoint are remembered for GetCallerIdentity. */
  readonly endpoint?: 'native' | 'STS'
}

/**
 * @param tokenOf signs a token for a user; no rule passes for names that start with `blocked`
 * @param phase the name of the first phase
 */
export function startLoad(
  url: string,
  tokenOf: (user: string) => Promise<string>,
  phase: string,
  { tenant, users = Number.POSITIVE_INFINITY, tokenType, endpoint = 'native' }: LoadOptions = {},
): Load {
  const send = endpoint === 'STS' ? requestFromSts : requestCredentials
  const sent: SentRequest[] = []
  let stopping = false
  let count = 0
  const lane = async () => {
    while (!stopping) {
      const number = (count++ % users) + 1
      const entitled = number % 2 === 1
      const user = `${entitled ? 'user' : 'blocked'}${number}`
      const sentIn = phase
      const response = await send(url, await tokenOf(user), { tenant, tokenType })
      sent.push({ user, entitled, phase: sentIn === phase ? phase : 'between', response })
      if (tenant !== undefined) await sleep(OPAQUE_PAUSE_MS)
    }
  }
  const lanes = Promise.all(Array.from({ length: LANES }, lane))
  return {
    sent,
    startPhase: (name) => {
      phase = name
    },
    async stop() {
      stopping = true
      await lanes
    },
  }
}

async function requestCredentials(
  url: string,
  token: string,
  fields: { readonly tenant: string | undefined; readonly tokenType: 'saml2' | undefined },
): Promise<BrokerResponse | undefined> {
  try {
    const response = await fetch(`${url}/v1/credentials`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token, ...fields }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    const body = JSON.parse(await response.text())
    if (typeof body.requestId !== 'string' || (response.ok ? !body.credentials : !body.code))
      return undefined
    return {
      requestId: body.requestId,
      code: body.code,
      accessKeyId: body.credentials?.accessKeyId,
      assumedRoleArn: body.assumedRoleArn,
    }
  } catch {
    return undefined
  }
}

async function requestFromSts(url: string, token: string): Promise<BrokerResponse | undefined> {
  try {
    const response = await fetch(`${url}/sts`, {
      method: 'POST',
      body: new URLSearchParams({
        Action: 'AssumeRoleWithWebIdentity',
        Version: '2011-06-15',
        RoleArn: 'arn:aws:iam::000000000000:role/broker/acme/read',
        RoleSessionName: 'load',
        WebIdentityToken: token,
      }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    const xml = await response.text()
    const textOf = (name: string) => new RegExp(`<${name}>([^<]+)<`).exec(xml)?.[1]
    const [requestId, code, accessKeyId] = ['RequestId', 'Code', 'AccessKeyId'].map(textOf)
    if (requestId === undefined || (response.ok ? !accessKeyId : !code)) return undefined
    return {
      requestId,
      code: code === 'AccessDenied' ? 'access_denied' : code,
      accessKeyId,
      assumedRoleArn: textOf('Arn'),
    }
  } catch {
    return undefined
  }
}

export interface Comparison {
  readonly requests: number
  readonly issued: number
  readonly refused: Readonly<Record<string, number>>
  /** Requests without a response, and responses that do not match exactly one record. */
  readonly lost: number
  /** Credentials for a caller who must not get any, or those of another caller. */
  readonly wronglyIssued: number
}

export function compareWithRecords(
  sent: readonly SentRequest[],
  records: readonly AuditRecord[],
): Comparison {
  const byId = Map.groupBy(records, ({ requestId }) => requestId)
  const refused: Record<string, number> = {}
  let [issued, lost, wronglyIssued] = [0, 0, 0]
  for (const { user, entitled, response } of sent) {
    const found = response && byId.get(response.requestId)
    const record = found?.length === 1 ? found[0] : undefined
    if (
      !response ||
      !record ||
      record.code !== response.code ||
      record.accessKeyId !== response.accessKeyId
    ) {
      lost++
      continue
    }
    if (response.code !== undefined) {
      refused[response.code] = (refused[response.code] ?? 0) + 1
      continue
    }
    issued++
    const own = record.subject === user && response.assumedRoleArn?.includes(`/${user}-`)
    if (!entitled || !own) wronglyIssued++
  }
  return { requests: sent.length, issued, refused, lost, wronglyIssued }
}
