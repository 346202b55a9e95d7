/** A stand-in for AWS STS in development: AssumeRoleWithWebIdentity as AWS documents it. */
import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import { findSimilar } from '@token-broker/core/similar-words'
import { providerName } from '@token-broker/core/trust-policy'
import { errorXml, type StsSuccess, successXml } from '@token-broker/functions/sts-xml'
import { closeServer, listen, type RunningServer } from '../listen.ts'
import type { SessionRegistry } from '../local-aws/session-registry.ts'
import { findTrustRefusal } from './evaluate-trust-policy.ts'
import { explainTrustRefusal } from './explain-trust-refusal.ts'
import {
  checkPacked,
  checkRoleDuration,
  checkSourceIdentity,
  checkTags,
  readAssumeRoleRequest,
  tokenUtilization,
} from './limits.ts'
import { newSession } from './new-session.ts'
import type { Roles } from './roles.ts'
import { checkSessionPolicy } from './session-policy-grammar.ts'
import { StsRefusal } from './sts-refusal.ts'
import { createWebIdentityVerifier } from './verify-web-identity.ts'

export interface LocalStsOptions {
  readonly port: number
  readonly roles: Roles
  /** Receives every session that is issued. */
  readonly sessions?: Pick<SessionRegistry, 'add'>
  /** Receives one line at the start and one line per request, without tokens. */
  readonly log?: (line: string) => void
}

export interface LocalSts extends RunningServer {
  /** Form fields of the latest 100 requests, oldest first, without the token. For tests. */
  readonly requests: readonly Readonly<Record<string, string>>[]
}

const ACTION = 'AssumeRoleWithWebIdentity'
const VERSION = '2011-06-15'
const MAX_BODY_BYTES = 256 * 1024
const MAX_KEPT_REQUESTS = 100

/**
 * Starts the server. AWS does not accept the credentials that it issues.
 *
 * @throws {PortInUse}
 */
export async function startLocalSts(options: LocalStsOptions): Promise<LocalSts> {
  const log = options.log ?? (() => undefined)
  const requests: Readonly<Record<string, string>>[] = []
  const assumeRole = createAssumeRole(options)
  const recordAndAssume: AssumeRole = (form) => {
    const { WebIdentityToken: _, ...kept } = Object.fromEntries(form)
    requests.push(kept)
    if (requests.length > MAX_KEPT_REQUESTS) requests.shift()
    return assumeRole(form)
  }
  const server = createServer(async (request, response) => {
    const requestId = randomUUID()
    const { status, headers, body, summary } = await handle(request, recordAndAssume, requestId)
    log(`local STS: ${summary}`)
    response.writeHead(status, {
      'content-type': 'text/xml',
      'x-amzn-requestid': requestId,
      ...headers,
    })
    response.end(body)
  })
  const url = await listen(server, options.port)
  log(
    `local STS: a stand-in for AWS STS, for development only; AWS does not accept its ` +
      `credentials (${url})`,
  )
  return { url, requests, close: () => closeServer(server) }
}

interface StsResponse {
  readonly status: number
  readonly body: string
  /** For the log. */
  readonly summary: string
  readonly headers?: Readonly<Record<string, string>>
}

type AssumeRole = (form: URLSearchParams) => Promise<StsSuccess>

async function handle(
  request: IncomingMessage,
  assumeRole: AssumeRole,
  requestId: string,
): Promise<StsResponse> {
  try {
    if (request.method !== 'POST')
      throw new StsRefusal(405, 'MethodNotAllowed', 'Only POST is supported.')
    const form = new URLSearchParams(await readBody(request))
    const action = form.get('Action')
    const version = form.get('Version')
    if (action !== ACTION || version !== VERSION) {
      const wanted = `${action ?? ''} for version ${version ?? 'NO_VERSION_SPECIFIED'}`
      throw new StsRefusal(400, 'InvalidAction', `Could not find operation ${wanted}`)
    }
    const role = await assumeRole(form)
    return { status: 200, body: successXml(role, requestId), summary: `200 ${role.assumedRoleArn}` }
  } catch (error) {
    const refusal =
      error instanceof StsRefusal
        ? error
        : new StsRefusal(500, 'InternalFailure', 'Internal failure')
    const message = error instanceof Error ? error.message : refusal.message
    return {
      status: refusal.status,
      body: errorXml(refusal, requestId),
      summary: `${refusal.status} ${refusal.code}: ${message}`,
      ...(refusal.status === 413 ? { headers: { connection: 'close' } } : {}),
    }
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    const part = Buffer.from(chunk)
    bytes += part.length
    if (bytes > MAX_BODY_BYTES)
      throw new StsRefusal(413, 'RequestEntityTooLarge', 'The request is longer than 256 KiB.')
    chunks.push(part)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function createAssumeRole({
  roles,
  sessions,
}: Pick<LocalStsOptions, 'roles' | 'sessions'>): AssumeRole {
  const verify = createWebIdentityVerifier()
  return async (form) => {
    // The roles change with the documents.
    const trusted = trustedProviders(roles)
    const request = readAssumeRoleRequest(form)
    if (request.policy !== undefined) checkSessionPolicy(request.policy)
    const account = request.roleArn.split(':')[4] ?? ''
    const identity = await verify(request.token, (issuer) => trusted.has(providerName(issuer)))
    checkTags(identity.sessionTags, identity.transitiveTagKeys)
    if (identity.sourceIdentity !== undefined) checkSourceIdentity(identity.sourceIdentity)
    const role = Object.hasOwn(roles, request.roleArn) ? roles[request.roleArn] : undefined
    if (role === undefined) throw notAuthorized(missingRole(request.roleArn, roles))
    const { trustPolicy } = role
    const refusal = findTrustRefusal(trustPolicy, account, identity, request.roleSessionName)
    if (refusal) throw notAuthorized(explainTrustRefusal(refusal))
    checkRoleDuration(request.durationSeconds, role.maxSessionDurationSeconds)
    checkPacked(tokenUtilization(request, identity.sessionTags) ?? 0)
    const { issued, session } = newSession(request, identity, account)
    sessions?.add(session)
    return issued
  }
}

/**
 * The sentence of AWS, and why: in the response, so that the audit record of the broker has it.
 * AWS does not say more than the sentence.
 */
function notAuthorized(reason: string): StsRefusal {
  const sentence = `Not authorized to perform sts:${ACTION}`
  return new StsRefusal(403, 'AccessDenied', `${sentence} (local STS: ${reason})`)
}

function missingRole(arn: string, roles: Roles): string {
  const similar = findSimilar(arn, Object.keys(roles))
  const suggestion = similar === undefined ? '' : `; did you mean ${similar}?`
  return `there is no role ${arn.replace(/\p{C}/gu, '?')}${suggestion}`
}

/** The issuers that at least one role trusts, without their scheme. */
function trustedProviders(roles: Roles): ReadonlySet<string> {
  const arns = Object.values(roles).flatMap((role) =>
    role.trustPolicy.Statement.flatMap((statement) => statement.Principal.Federated),
  )
  return new Set(arns.map((arn) => arn.replace(/^[^/]*:oidc-provider\//, '')))
}
