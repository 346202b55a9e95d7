/** Explains what a policy says about a request: by which statement, and what would change it. */
import type { PolicyStatement } from '../../model/compiled-tenant.ts'
import type { AwsRequest } from './aws-request.ts'
import { evaluatePolicy, type PolicyVerdict } from './evaluate-policy.ts'
import { evaluateStatement, type StatementPart } from './evaluate-statement.ts'
import { findSmallestChange, type RequestChange } from './smallest-change.ts'

export type { AwsRequest, RequestContextKeys } from './aws-request.ts'
export type { PolicyVerdict } from './evaluate-policy.ts'
export { conditionKeysOf, type StatementPart } from './evaluate-statement.ts'
export type { RequestChange } from './smallest-change.ts'

export interface RequestExplanation {
  readonly verdict: PolicyVerdict
  /** The statement that decides, or else the one that comes closest to allowing the request. */
  readonly nearest: NearestStatement | undefined
  /** Of a request that is not allowed: what to change in it; undefined where nothing helps. */
  readonly change: RequestChange | undefined
}

export interface NearestStatement {
  readonly index: number
  readonly statement: PolicyStatement
  readonly parts: readonly StatementPart[]
}

export function explainRequest(
  statements: readonly PolicyStatement[],
  request: AwsRequest,
): RequestExplanation {
  const verdict = evaluatePolicy(statements, request)
  const change = verdict.verdict === 'allowed' ? undefined : findSmallestChange(statements, request)
  const decisive = verdict.verdict === 'unknown' ? undefined : verdict.statement
  return {
    verdict,
    nearest: nearestStatement(statements, request, decisive ?? change?.statement),
    change,
  }
}

function nearestStatement(
  statements: readonly PolicyStatement[],
  request: AwsRequest,
  known: number | undefined,
): NearestStatement | undefined {
  const explained = statements.flatMap((statement, index) =>
    (known === undefined ? statement.Effect === 'Allow' : index === known)
      ? [{ index, statement, parts: evaluateStatement(statement, request).parts }]
      : [],
  )
  const failures = ({ parts }: NearestStatement) =>
    parts.filter(({ matches }) => matches !== true).length
  return explained.toSorted((a, b) => failures(a) - failures(b))[0]
}
