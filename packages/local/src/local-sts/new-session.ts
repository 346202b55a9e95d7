/** A session of the local STS: what its response says, and what the local services know of it. */
import { createHash, randomBytes } from 'node:crypto'
import type { PolicyStatement } from '@token-broker/core'
import { readPolicy } from '@token-broker/core/read-policy'
import { parseStrictObject } from '@token-broker/core/strict-json'
import { providerName } from '@token-broker/core/trust-policy'
import type { StsSuccess } from '@token-broker/functions/sts-xml'
import type { LocalSession } from '../local-aws/local-session.ts'
import { type StsRequest, tokenUtilization } from './limits.ts'
import type { WebIdentity } from './verify-web-identity.ts'

interface NewSession {
  readonly issued: StsSuccess
  readonly session: LocalSession
}

/** @param account of the role, 12 digits or empty */
export function newSession(
  request: StsRequest,
  identity: WebIdentity,
  account: string,
): NewSession {
  const { roleSessionName, roleArn } = request
  const sessionToken = randomBytes(225).toString('base64')
  const partition = roleArn.split(':')[1] ?? 'aws'
  const roleName = roleArn.split('/').at(-1) ?? ''
  const roleId = `AROA${base32(createHash('sha256').update(roleArn).digest(), 17)}`
  const issuedAtMs = Date.now()
  // In whole seconds, as in the response.
  const expiresAtMs = Math.floor(issuedAtMs / 1000 + request.durationSeconds) * 1000
  const { sourceIdentity } = identity
  const issued: StsSuccess = {
    subject: identity.subject,
    audience: identity.audience,
    provider: identity.issuer,
    assumedRoleArn: `arn:${partition}:sts::${account}:assumed-role/${roleName}/${roleSessionName}`,
    assumedRoleId: `${roleId}:${roleSessionName}`,
    accessKeyId: `ASIA${base32(randomBytes(16), 16)}`,
    secretAccessKey: randomBytes(30).toString('base64'),
    sessionToken,
    expiration: new Date(expiresAtMs).toISOString().replace(/\.\d+Z$/, 'Z'),
    sessionTokenUtilization: tokenUtilization(request, identity.sessionTags),
    sessionTokenSize: sessionToken.length,
    sourceIdentity,
  }
  const { accessKeyId, secretAccessKey, assumedRoleArn } = issued
  const role = {
    ...{ roleArn, assumedRoleArn, roleId: `${roleId}:${roleSessionName}`, account, issuedAtMs },
    provider: `arn:${partition}:iam::${account}:oidc-provider/${providerName(identity.issuer)}`,
    ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
    principalTags: identity.sessionTags,
    ...(request.policy === undefined ? {} : { sessionPolicy: statementsOf(request.policy) }),
    managedPolicyArns: request.policyArns,
  }
  return { issued, session: { accessKeyId, secretAccessKey, sessionToken, expiresAtMs, role } }
}

/** Of a policy that cannot be evaluated here: none, so that the session may do nothing. */
function statementsOf(policy: string): readonly PolicyStatement[] {
  try {
    return readPolicy(parseStrictObject(policy), (_path, message) => {
      throw new SyntaxError(message)
    })
  } catch (error) {
    if (error instanceof SyntaxError) return []
    throw error
  }
}

function base32(bytes: Buffer, length: number): string {
  return [...bytes.subarray(0, length)]
    .map((byte) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[byte & 31])
    .join('')
}
