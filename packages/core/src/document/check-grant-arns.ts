/** Checks the policy ARNs of a grant: its managed policies, and the boundary of a created role. */
import { type IamArn, isUsableIn, parsePolicyArn } from '../policy/arn.ts'
import type { DocumentPath, Report } from './document-problem.ts'
import type { GrantDocument } from './schema.ts'

export function checkManagedPolicies(
  arns: readonly string[],
  role: IamArn,
  path: DocumentPath,
  report: Report,
): void {
  for (const [index, arn] of arns.entries()) {
    const policy = parsePolicyArn(arn)
    if (!policy)
      report(
        [...path, index],
        `${arn} is not a managed policy ARN`,
        'write arn:aws:iam::aws:policy/ReadOnlyAccess',
      )
    else if (!isUsableIn(policy, role))
      report(
        [...path, index],
        `${arn} is not in the role's partition and account`,
        usablePolicyHint(role),
      )
  }
}

/**
 * Checks a grant whose role the deployment creates. Only a role that no caller can use without the
 * broker is created, and only under a permissions boundary.
 * @returns the boundary's ARN; undefined where the role already exists
 */
export function readPermissionsBoundary(
  grant: GrantDocument,
  role: IamArn | undefined,
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
  // The created role allows what all callers of the grant may do. Only the session policy, which
  // the broker sends, limits each of them to their own part.
  if (grant.webIdentity === 'pass-through' || grant.releasedAudience !== undefined)
    report(
      [...path, 'createRole'],
      'with pass-through or releasedAudience, callers could assume the created role ' +
        'without the broker and use all of its permissions',
      'create this role yourself, or use minted tokens without releasedAudience',
    )
  const boundary = parsePolicyArn(permissionsBoundary ?? '')
  if (!boundary?.account)
    report(
      boundaryPath,
      permissionsBoundary === undefined
        ? 'createRole: true requires permissionsBoundary'
        : `${permissionsBoundary} is not a managed policy ARN with an account`,
      'write the ARN of a policy: arn:aws:iam::111122223333:policy/tenant-boundary',
    )
  else if (role && !isUsableIn(boundary, role))
    report(
      boundaryPath,
      "the boundary is not in the role's partition and account",
      usablePolicyHint(role),
    )
  return permissionsBoundary
}

function usablePolicyHint({ partition, account }: IamArn): string {
  return `use a policy in arn:${partition}:iam::${account}: or an AWS managed policy`
}
