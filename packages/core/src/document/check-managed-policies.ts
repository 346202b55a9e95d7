/** Checks the managed policies of a grant. */
import { type IamArn, isUsableIn, parsePolicyArn } from '../policy/arn.ts'
import type { DocumentPath, Report } from './document-problem.ts'

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

/** Says which policies the role can use. */
export function usablePolicyHint({ partition, account }: IamArn): string {
  return `use a policy in arn:${partition}:iam::${account}: or an AWS managed policy`
}
