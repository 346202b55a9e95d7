/** ARNs as IAM writes them: partitions, roles and managed policies. */
import { DNS_SUFFIXES } from './partition.ts'

/** `arn:partition:service:region:account:resource`; only the resource may contain colons. */
export const ARN_SEGMENTS = 6

export const PARTITIONS: readonly string[] = Object.keys(DNS_SUFFIXES)

const PARTITION = PARTITIONS.join('|')
/** A path and a name, as IAM allows them; a part of a path is printable ASCII without a slash. */
const nameWithPath = (characters: number) =>
  `\\/(?:[\\x21-\\x2e\\x30-\\x7e]+\\/)*[\\w+=,.@-]{1,${characters}}`
const ROLE = new RegExp(`^arn:(${PARTITION}):iam::(\\d{12})?:role${nameWithPath(64)}$`)
const POLICY = new RegExp(`^arn:(${PARTITION}):iam::(\\d{12}|aws)?:policy${nameWithPath(128)}$`)

export interface IamArn {
  readonly partition: string
  /** 12 digits; `aws` for a policy of AWS's own; empty on Ceph, which has no accounts. */
  readonly account: string
}

/** @returns undefined for what is not the ARN of a role */
export function parseRoleArn(arn: string): IamArn | undefined {
  return read(ROLE.exec(arn))
}

/** @returns undefined for what is not the ARN of a managed policy */
export function parsePolicyArn(arn: string): IamArn | undefined {
  return read(POLICY.exec(arn))
}

/** A policy of the role's own account, or one of AWS's own. */
export function isUsableIn(policy: IamArn, role: IamArn): boolean {
  return (
    policy.partition === role.partition &&
    (policy.account === 'aws' || policy.account === role.account)
  )
}

function read(match: RegExpExecArray | null): IamArn | undefined {
  return match ? { partition: match[1] ?? '', account: match[2] ?? '' } : undefined
}
