/** Compiles the grants of a tenant document. */
import type { CompiledGrant } from '../model/compiled-tenant.ts'
import { MAX_DURATION_SECONDS, MIN_DURATION_SECONDS, STS_AUDIENCE } from '../model/sts-limits.ts'
import { parseRoleArn } from '../policy/arn.ts'
import {
  type AcceptedBoundaries,
  checkPrincipalTags,
  readPermissionsBoundary,
} from './check-created-role.ts'
import { checkManagedPolicies } from './check-managed-policies.ts'
import { checkSessionTags, checkTransitiveKeys } from './check-session-tags.ts'
import { compileStatements } from './compile-statements.ts'
import type { DocumentPath, Report } from './document-problem.ts'
import { formatDuration, readSeconds } from './field-values.ts'
import type { GrantDocument } from './schema.ts'
import { type DeclaredAttributes, parseTemplate } from './template/parse-template.ts'
import { checkPolicySize } from './template/worst-case.ts'

const DEFAULT_DURATION_SECONDS = 3600
/** Longer than one call of KMS and STS with its retries. */
const MIN_REUSE_SECONDS = 10
const MAX_REUSE_SECONDS = 3600

export function compileGrant(
  grant: GrantDocument,
  path: DocumentPath,
  attributes: DeclaredAttributes,
  boundaries: AcceptedBoundaries,
  report: Report,
): CompiledGrant {
  const role = parseRoleArn(grant.role)
  if (!role)
    report(
      [...path, 'role'],
      `${grant.role} is not a role ARN`,
      'write arn:aws:iam::111122223333:role/name',
    )
  const permissionsBoundaryArn = readPermissionsBoundary(grant, role, boundaries, path, report)
  const durations = compileDurations(grant, path, report)
  const webIdentity = grant.webIdentity ?? 'minted'
  if (webIdentity === 'pass-through') rejectMintedOnlyFields(grant, path, report)
  if (grant.releasedAudience === STS_AUDIENCE)
    report(
      [...path, 'releasedAudience'],
      'a released token with this audience could assume every role that trusts the tenant, ' +
        'without a session policy',
      'write an audience that only roles for released tokens trust, such as acme-released',
    )

  const sessionTags = grant.sessionTags ?? {}
  checkSessionTags(sessionTags, [...path, 'sessionTags'], attributes, report)
  const transitiveTagKeys = grant.transitiveTagKeys ?? []
  checkTransitiveKeys(transitiveTagKeys, sessionTags, [...path, 'transitiveTagKeys'], report)
  for (const field of ['sessionName', 'sourceIdentity'] as const)
    parseTemplate(grant[field] ?? '', [...path, field], attributes, report)

  const policyPath = [...path, 'policy']
  const statements = compileStatements(
    grant.policy ?? [],
    policyPath,
    role?.partition,
    attributes,
    report,
  )
  if (grant.createRole) checkPrincipalTags({ statements, sessionTags }, path, report)
  const managedPolicyArns = grant.managedPolicies ?? []
  if (role) checkManagedPolicies(managedPolicyArns, role, [...path, 'managedPolicies'], report)
  if (managedPolicyArns.length > 0 && statements.length === 0)
    report(
      policyPath,
      'a grant without statements denies everything, including its managed policies',
      'write at least one statement that allows what the session may do',
    )
  checkPolicySize(statements, managedPolicyArns, policyPath, attributes, report)
  return {
    roleArn: grant.role,
    ...(permissionsBoundaryArn === undefined ? {} : { permissionsBoundaryArn }),
    ...durations,
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

function compileDurations(grant: GrantDocument, path: DocumentPath, report: Report) {
  const read = (field: 'duration' | 'maxDuration', defaultSeconds: number) =>
    readSeconds(
      grant[field],
      defaultSeconds,
      [MIN_DURATION_SECONDS, MAX_DURATION_SECONDS],
      [...path, field],
      report,
    )
  const durationSeconds = read('duration', DEFAULT_DURATION_SECONDS)
  const maxDurationSeconds = read('maxDuration', durationSeconds)
  if (durationSeconds > maxDurationSeconds)
    report(
      [...path, 'maxDuration'],
      `maxDuration is shorter than duration (${formatDuration(durationSeconds)})`,
      'make it at least as long',
    )
  return {
    durationSeconds,
    maxDurationSeconds,
    ...compileReuse(grant, durationSeconds, path, report),
  }
}

/** Credentials that are returned again have at least half of the default duration left. */
function compileReuse(
  { reuse }: GrantDocument,
  durationSeconds: number,
  path: DocumentPath,
  report: Report,
): Pick<CompiledGrant, 'reuseSeconds'> {
  if (reuse === undefined) return {}
  const range = [MIN_REUSE_SECONDS, MAX_REUSE_SECONDS] as const
  const reuseSeconds = readSeconds(reuse, MIN_REUSE_SECONDS, range, [...path, 'reuse'], report)
  const longest = durationSeconds / 2
  if (reuseSeconds > longest)
    report(
      [...path, 'reuse'],
      `reuse is longer than half of duration (${formatDuration(durationSeconds)}), so that ` +
        'credentials would end soon after they are returned',
      `write at most ${formatDuration(longest)}, or a longer duration`,
    )
  return { reuseSeconds }
}

function rejectMintedOnlyFields(grant: GrantDocument, path: DocumentPath, report: Report): void {
  for (const field of [
    'sessionTags',
    'transitiveTagKeys',
    'sourceIdentity',
    'releasedAudience',
  ] as const) {
    if (grant[field] !== undefined)
      report(
        [...path, field],
        `${field} has no effect with webIdentity: pass-through; only minted tokens carry it`,
        `write webIdentity: minted, or remove ${field}`,
      )
  }
}
