/** Compiles the grants of a tenant document. */
import type { CompiledGrant } from '../model/compiled-tenant.ts'
import { MAX_DURATION_SECONDS, MIN_DURATION_SECONDS, STS_AUDIENCE } from '../model/sts-limits.ts'
import { type IamArn, isUsableIn, parsePolicyArn, parseRoleArn } from '../policy/arn.ts'
import { checkSessionTags, checkTransitiveKeys } from './check-session-tags.ts'
import { readSeconds } from './compile-issuer.ts'
import { compileStatements } from './compile-statements.ts'
import { readCreatedRole } from './created-role.ts'
import type { DocumentPath, Report } from './document-error.ts'
import type { GrantDocument } from './schema.ts'
import { type Attributes, readTemplate } from './template-parts.ts'
import { checkPolicySize } from './worst-case.ts'

const HOUR_SECONDS = 3600
const DURATION_BOUNDS = [MIN_DURATION_SECONDS, MAX_DURATION_SECONDS] as const

export function compileGrant(
  grant: GrantDocument,
  path: DocumentPath,
  attributes: Attributes,
  report: Report,
): CompiledGrant {
  const role = parseRoleArn(grant.role)
  if (!role)
    report(
      [...path, 'role'],
      `${grant.role} is not the ARN of a role`,
      'write arn:aws:iam::111122223333:role/name',
    )
  const permissionsBoundaryArn = readCreatedRole(grant, role, path, report)
  const seconds = (field: 'duration' | 'maxDuration', otherwise: number) =>
    readSeconds(grant[field], otherwise, DURATION_BOUNDS, [...path, field], report)
  const durationSeconds = seconds('duration', HOUR_SECONDS)
  const maxDurationSeconds = seconds('maxDuration', durationSeconds)
  if (durationSeconds > maxDurationSeconds)
    report(
      [...path, 'maxDuration'],
      'maxDuration is shorter than duration',
      'make it at least as long',
    )
  const webIdentity = grant.webIdentity ?? 'minted'
  if (webIdentity === 'pass-through') refuseMintedOnly(grant, path, report)
  if (grant.releasedAudience === STS_AUDIENCE)
    report(
      [...path, 'releasedAudience'],
      'with this audience a released token opens every role that trusts the tenant, without a session policy',
      'write an audience that only roles for released tokens trust, such as acme-released',
    )

  const sessionTags = grant.sessionTags ?? {}
  checkSessionTags(sessionTags, [...path, 'sessionTags'], attributes, report)
  const transitiveTagKeys = grant.transitiveTagKeys ?? []
  checkTransitiveKeys(transitiveTagKeys, sessionTags, [...path, 'transitiveTagKeys'], report)
  for (const field of ['sessionName', 'sourceIdentity'] as const)
    readTemplate(grant[field] ?? '', [...path, field], attributes, report)

  const statements = compileStatements(
    grant.policy ?? [],
    [...path, 'policy'],
    role?.partition,
    attributes,
    report,
  )
  const managedPolicyArns = grant.managedPolicies ?? []
  if (role) checkManaged(managedPolicyArns, role, [...path, 'managedPolicies'], report)
  if (managedPolicyArns.length > 0 && statements.length === 0)
    report(
      [...path, 'policy'],
      'a grant without statements denies everything, its managed policies too',
      'write at least one statement that says what the session may do',
    )
  checkPolicySize(statements, managedPolicyArns, [...path, 'policy'], attributes, report)
  return {
    roleArn: grant.role,
    ...(permissionsBoundaryArn === undefined ? {} : { permissionsBoundaryArn }),
    durationSeconds,
    maxDurationSeconds,
    webIdentity,
    ...(grant.releasedAudience === undefined ? {} : { releasedAudience: grant.releasedAudience }),
    sessionName: grant.sessionName ?? '',
    sessionTags,
    transitiveTagKeys: [...new Set(transitiveTagKeys)],
    ...(grant.sourceIdentity === undefined ? {} : { sourceIdentity: grant.sourceIdentity }),
    statements,
    managedPolicyArns,
  }
}

function refuseMintedOnly(grant: GrantDocument, path: DocumentPath, report: Report): void {
  for (const field of [
    'sessionTags',
    'transitiveTagKeys',
    'sourceIdentity',
    'releasedAudience',
  ] as const) {
    if (grant[field] !== undefined)
      report(
        [...path, field],
        `${field} has no effect with pass-through: it goes into a minted token only`,
        `write webIdentity: minted, or leave ${field} out`,
      )
  }
}

function checkManaged(
  arns: readonly string[],
  role: IamArn,
  path: DocumentPath,
  report: Report,
): void {
  const { partition, account } = role
  for (const [index, arn] of arns.entries()) {
    const found = parsePolicyArn(arn)
    if (!found)
      report(
        [...path, index],
        `${arn} is not the ARN of a policy`,
        'write arn:aws:iam::aws:policy/ReadOnlyAccess',
      )
    else if (!isUsableIn(found, role))
      report(
        [...path, index],
        `${arn} is not in the role's partition and account`,
        `take a policy of arn:${partition}:iam::${account}: or one of AWS's own`,
      )
  }
}
