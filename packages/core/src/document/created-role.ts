/** Checks a grant whose role the deployment creates: only a role that no caller can use without the broker, and only under a boundary. */
import { type IamArn, isUsableIn, parsePolicyArn } from '../policy/arn.ts'
import type { DocumentPath, Report } from './document-error.ts'
import type { GrantDocument } from './schema.ts'

/** @returns the boundary's ARN; undefined where the role exists already */
export function readCreatedRole(
  grant: GrantDocument,
  role: IamArn | undefined,
  path: DocumentPath,
  report: Report,
): string | undefined {
  const { createRole = false, permissionsBoundary } = grant
  if (!createRole) {
    if (permissionsBoundary !== undefined)
      report(
        [...path, 'permissionsBoundary'],
        'the boundary is of a role that is not created',
        'write createRole: true',
      )
    return undefined
  }
  // Such a role's own policy covers all callers of the grant; the session policy, which only the broker sends, parts them.
  if (grant.webIdentity === 'pass-through' || grant.releasedAudience !== undefined)
    report(
      [...path, 'createRole'],
      'callers could use the role without the broker, and then get all that it may do',
      'make this role yourself, or keep to minted tokens that stay in the broker',
    )
  const boundary = parsePolicyArn(permissionsBoundary ?? '')
  if (!boundary?.account)
    report(
      [...path, 'permissionsBoundary'],
      'a role that is created needs a permissions boundary',
      'write the ARN of a policy: arn:aws:iam::111122223333:policy/tenant-boundary',
    )
  else if (role && !isUsableIn(boundary, role))
    report(
      [...path, 'permissionsBoundary'],
      "the boundary is not in the role's partition and account",
      `take a policy of arn:${role.partition}:iam::${role.account}: or one of AWS's own`,
    )
  return permissionsBoundary
}
