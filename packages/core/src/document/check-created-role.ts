/** Checks the grants whose roles the deployment creates: each role limits its callers by itself. */
import type { CompiledGrant } from '../model/compiled-tenant.ts'
import { type IamArn, isUsableIn, parsePolicyArn } from '../policy/arn.ts'
import { rolePolicy, slotsAsPrincipalTags } from '../policy/role-policy.ts'
import { hasSlots, slotsOf } from '../policy/template.ts'
import { usablePolicyHint } from './check-managed-policies.ts'
import type { DocumentPath, Report } from './document-problem.ts'
import type { GrantDocument } from './schema.ts'

/**
 * ARNs of the policies that a stage accepts as permissions boundaries. Undefined where the stage
 * is not known: then each policy of the role's own account is accepted, and none of AWS.
 */
export type AcceptedBoundaries = readonly string[] | undefined

/**
 * Only a role that no caller can use without the broker is created, and only under a permissions
 * boundary.
 * @returns the boundary's ARN; undefined where the role already exists
 */
export function readPermissionsBoundary(
  grant: GrantDocument,
  role: IamArn | undefined,
  accepted: AcceptedBoundaries,
  path: DocumentPath,
  report: Report,
): string | undefined {
  const { createRole = false, permissionsBoundary } = grant
  const boundaryPath = [...path, 'permissionsBoundary']
  if (!createRole) {
    if (permissionsBoundary !== undefined)
      report(
        boundaryPath,
        'permissionsBoundary requires createRole: true',
        'write createRole: true, or remove permissionsBoundary',
      )
    return undefined
  }
  // A passed-through token has no session tags, so the role could not tell its callers apart. The
  // holder of a released token chooses the session's name, and a duration up to the role's own.
  if (grant.webIdentity === 'pass-through' || grant.releasedAudience !== undefined)
    report(
      [...path, 'createRole'],
      'with pass-through or releasedAudience, callers could assume the created role ' +
        'without the broker',
      'create this role yourself, or use minted tokens without releasedAudience',
    )
  checkBoundary(permissionsBoundary, role, accepted, boundaryPath, report)
  return permissionsBoundary
}

/**
 * The author of a document does not choose its limit alone: with AdministratorAccess as its
 * boundary, a created role could do everything in the account.
 */
function checkBoundary(
  arn: string | undefined,
  role: IamArn | undefined,
  accepted: AcceptedBoundaries,
  path: DocumentPath,
  report: Report,
): void {
  const boundary = parsePolicyArn(arn ?? '')
  if (arn === undefined || !boundary?.account)
    report(
      path,
      arn === undefined
        ? 'createRole: true requires permissionsBoundary'
        : `${arn} is not a managed policy ARN with an account`,
      'write the ARN of a policy: arn:aws:iam::111122223333:policy/tenant-boundary',
    )
  else if (role && !isUsableIn(boundary, role))
    report(path, "the boundary is not in the role's partition and account", usablePolicyHint(role))
  else if (accepted && !accepted.includes(arn))
    report(
      path,
      `the stage does not accept ${arn} as a boundary`,
      accepted.length === 0
        ? 'add it to permissionsBoundaries of the stage'
        : `use ${accepted.join(' or ')}, or add it to permissionsBoundaries of the stage`,
    )
  else if (!accepted && boundary.account === 'aws')
    report(
      path,
      `${arn} is a policy of AWS, which only a stage can accept as a boundary`,
      'use a policy of your own account, or name the policies that the stage accepts, as with ' +
        'validate --boundaries',
    )
}

/**
 * The created role's own policy limits each caller by principal tags, so each value that limits a
 * caller in the session policy must be a session tag too.
 */
export function checkPrincipalTags(
  grant: Pick<CompiledGrant, 'statements' | 'sessionTags'>,
  path: DocumentPath,
  report: Report,
): void {
  const { sessionTags } = grant
  for (const name of new Set(slotsOf(JSON.stringify(rolePolicy(grant))))) {
    const slot = `{{${name}}}`
    if (!hasSlots(slotsAsPrincipalTags(slot, sessionTags)))
      report(
        [...path, 'policy'],
        `the created role cannot compare ${slot} here: IAM replaces variables in resources, and ` +
          'under String and Arn operators only',
        'use such an operator, or create this role yourself',
      )
    else
      report(
        [...path, 'sessionTags'],
        `the created role limits each caller by session tags, and no tag is exactly ${slot} ` +
          `under a key of letters, digits and ${KEY_MARKS}`,
        `add it: sessionTags: { ${freeKey(name, sessionTags)}: '${slot}' }`,
      )
  }
}

const KEY_MARKS = '_ . : / = + @ -'

/** STS treats keys that differ only in case as duplicates. */
function freeKey(name: string, sessionTags: CompiledGrant['sessionTags']): string {
  const taken = Object.keys(sessionTags).map((key) => key.toLowerCase())
  return taken.includes(name.toLowerCase()) ? `${name}-value` : name
}

/**
 * A session without a session policy may do what the role may do. With the policies of two grants,
 * it could use both, even if the rules give its caller only one. IAM treats names of roles that
 * differ only in case as the same.
 */
export function checkCreatedRoles(
  grants: Readonly<Record<string, CompiledGrant>>,
  report: Report,
): void {
  const byRole = Map.groupBy(Object.entries(grants), ([, { roleArn }]) => roleArn.toLowerCase())
  for (const [name, { roleArn, permissionsBoundaryArn }] of Object.entries(grants)) {
    if (permissionsBoundaryArn === undefined) continue
    const other = byRole.get(roleArn.toLowerCase())?.find(([key]) => key !== name)?.[0]
    if (other !== undefined)
      report(
        ['grants', name, 'role'],
        `the role is created for this grant, but the grant ${other} uses it too`,
        'give each of them a role of its own',
      )
  }
}
