/** The session policy of a recorded session, as far as documents and CloudTrail show it. */
import {
  type CompiledGrant,
  type CompiledTenant,
  isObject,
  type PolicyStatement,
  sha256Hex,
} from '@token-broker/core'
import { readPolicy } from '@token-broker/core/read-policy'
import { findRecordedPolicy } from '@token-broker/core/recorded-policy'
import { parseStrictObject } from '@token-broker/core/strict-json'
import type { CloudTrailEvent } from '../cloudtrail/cloudtrail-event.ts'
import { isRecordObject, type WrittenRecord } from '../read-record.ts'
import type { PolicyLayer } from './judge-denial.ts'

/**
 * Only a policy with the digest of the record is the one of the session.
 *
 * @param tenants of the documents that the operator names; undefined: none
 * @param issuance the event with which STS issued the session
 * @param replayed the statements that the request was decided to have, where that is known
 */
export function sessionPolicyLayer(
  record: WrittenRecord,
  tenants: readonly CompiledTenant[] | undefined,
  issuance: CloudTrailEvent | undefined,
  replayed: readonly PolicyStatement[] | undefined,
): PolicyLayer {
  const { policySha256 } = record
  const name = `grants.${text(record.grant)}.policy`
  const located = { name: 'session policy', locate: () => name } as const
  const unknown = (origin: string): PolicyLayer => ({
    ...{ ...located, statements: undefined, origin, managedPolicyArns: [] },
  })
  if (typeof policySha256 !== 'string') return unknown('the record has no digest of it')
  const tenant = tenants?.find((one) => one.tenant === record.tenant)
  const grant = tenant && ownGrant(tenant, record.grant)
  const managedPolicyArns = grant?.managedPolicyArns ?? []
  const rendered =
    tenant && grant && (replayed ?? renderedPolicy(tenant, grant, record, policySha256))
  if (tenant && grant && rendered)
    return {
      name: 'session policy',
      statements: rendered,
      origin: `rendered from the tenant document ${tenant.tenant}`,
      managedPolicyArns,
      locate: (index) => placeIn(tenant.tenant, text(record.grant), grant, rendered, index),
    }
  const sent = sentPolicy(issuance, policySha256)
  if (sent)
    return {
      ...{ ...located, statements: sent, managedPolicyArns },
      origin: 'of the event AssumeRoleWithWebIdentity',
    }
  return unknown(whyUnknown(record, tenants, tenant, grant))
}

function ownGrant({ grants }: CompiledTenant, name: unknown): CompiledGrant | undefined {
  return typeof name === 'string' && Object.hasOwn(grants, name) ? grants[name] : undefined
}

function renderedPolicy(
  tenant: CompiledTenant,
  grant: CompiledGrant,
  record: WrittenRecord,
  policySha256: string,
): readonly PolicyStatement[] | undefined {
  const { issuer, subject, roleSessionName, sourceIdentity, sessionTags, identityId } = record
  const inputs = isRecordObject(record.inputs) ? record.inputs : {}
  const { claims } = isRecordObject(inputs.token) ? inputs.token : {}
  const recorded = isRecordObject(claims) ? claims : {}
  const tags = isRecordObject(sessionTags) ? Object.entries(sessionTags) : []
  return findRecordedPolicy(tenant, grant, {
    policySha256,
    ...(typeof roleSessionName === 'string' ? { roleSessionName } : {}),
    ...(typeof sourceIdentity === 'string' ? { sourceIdentity } : {}),
    sessionTags: Object.fromEntries(
      tags.flatMap(([key, value]) => (typeof value === 'string' ? [[key, value]] : [])),
    ),
    scope: {
      claims: { iss: issuer, sub: subject, aud: record.tokenAudiences, ...recorded },
      issuer: text(issuer),
      request: { ip: text(record.clientIp), endpoint: text(record.endpoint) },
      ...(typeof identityId === 'string'
        ? {
            identity: {
              id: identityId,
              pool: text(record.pool),
              provider: text(record.identityProvider),
              logins: [],
              guest: record.identityProvider === undefined,
            },
          }
        : {}),
    },
  })
}

/** STS writes the policy that it got into its event. */
function sentPolicy(
  issuance: CloudTrailEvent | undefined,
  policySha256: string,
): readonly PolicyStatement[] | undefined {
  const policy = issuance?.parameters.policy
  if (typeof policy !== 'string' || sha256Hex(policy) !== policySha256) return undefined
  return parsedStatements(policy)
}

/** @returns undefined where the evaluator does not know a part of the policy */
export function parsedStatements(policy: string | object): readonly PolicyStatement[] | undefined {
  try {
    const document = typeof policy === 'string' ? parseStrictObject(policy) : policy
    let hasProblem = false
    const statements = isObject(document)
      ? readPolicy(document, () => {
          hasProblem = true
        })
      : []
    return hasProblem || statements.length === 0 ? undefined : statements
  } catch {
    return undefined
  }
}

function whyUnknown(
  { tenant: name, documentSha256 }: WrittenRecord,
  tenants: readonly CompiledTenant[] | undefined,
  tenant: CompiledTenant | undefined,
  grant: CompiledGrant | undefined,
): string {
  if (tenants === undefined) return 'name the documents with --tenants or --table'
  if (tenant === undefined) return `no document has the tenant ${text(name)}`
  const current = tenant.certificate?.documentSha256
  if (current !== documentSha256)
    return `the document of ${text(name)} has changed since the request`
  if (grant === undefined) return `the document of ${text(name)} does not have the grant`
  return (
    'no policy of the grant has the recorded digest; the record lacks a value of a claim, or the ' +
    'caller sent a policy of its own: with "recordInputs: used-claims", records have both'
  )
}

/** A caller may have requested some of the statements only. */
function placeIn(
  tenant: string,
  grantName: string,
  grant: CompiledGrant,
  rendered: readonly PolicyStatement[],
  index: number | undefined,
): string {
  const policy = `grants.${grantName}.policy`
  const document = `the tenant document ${tenant}`
  const sid = index === undefined ? undefined : rendered[index]?.Sid
  const found = grant.statements.findIndex((one) => sid !== undefined && one.Sid === sid)
  const at = found === -1 && rendered.length === grant.statements.length ? (index ?? -1) : found
  return at === -1 ? `${policy} of ${document}` : `${policy}[${at}] of ${document}`
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
