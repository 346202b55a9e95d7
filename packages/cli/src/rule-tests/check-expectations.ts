/** Compares a decision with what a rule test expects, member by member. */
import { isDeepStrictEqual } from 'node:util'
import type { Decision, SessionPlan } from '@token-broker/core'
import type { ExpectedDecision, StatedAwsRequest } from '@token-broker/core/document'
import type { NearestStatement, RequestExplanation } from '@token-broker/core/explain-request'
import { textOfName } from '@token-broker/core/session-names'
import { explainSession } from '../documents/explain-session.ts'
import { readRequest } from '../documents/session-request.ts'
import { decidingRule } from './deciding-rule.ts'

/** One expectation that is not met. */
export interface Mismatch {
  /** The member of `expect`. */
  readonly what: string
  readonly expected: string
  readonly found: string
  /** What to do, or why; undefined: expected and found say it all. */
  readonly hint?: string
}

export interface CheckedDecision {
  readonly mismatches: readonly Mismatch[]
  /** Positions of the statements of the session policy that decided a request to AWS. */
  readonly decisive: ReadonlySet<number>
}

/** @throws {UsageError} a request to AWS that cannot be read */
export function checkExpectations(expected: ExpectedDecision, decision: Decision): CheckedDecision {
  const { refusal, grant, plan } = decision
  const { can, cannot } = expected
  const decisive = new Set<number>()
  const mismatches: Mismatch[] = []
  const compare = (what: string, wanted: unknown, found: unknown) => {
    if (wanted === undefined || isDeepStrictEqual(wanted, found)) return
    mismatches.push({ what, expected: show(wanted), found: show(found) })
  }
  if (refusal && expected.refusal === undefined)
    return {
      mismatches: [
        {
          what: 'outcome',
          expected: 'a session',
          found: `refused: ${refusal.code}`,
          hint: refusal.message,
        },
      ],
      decisive,
    }
  compare('refusal', expected.refusal, refusal?.code ?? 'a session')
  compare('rule', expected.rule, decidingRule(decision))
  if (refusal || plan === undefined) return { mismatches, decisive }
  compare('grant', expected.grant, grant)
  compare('role', expected.role, plan.roleArn)
  compare('tags', expected.tags, plan.sessionTags)
  compare('sessionName', expected.sessionName, renderedName(plan.roleSessionName))
  compare('sourceIdentity', expected.sourceIdentity, renderedName(plan.sourceIdentity))
  compare('duration in seconds', expected.durationSeconds, plan.durationSeconds)
  compare('policy', comparable(expected.policy), comparable(plan.sessionPolicy.Statement))
  for (const [isAllowed, requests] of [[true, can] as const, [false, cannot] as const])
    for (const request of requests)
      mismatches.push(...checkAwsRequest(request, isAllowed, plan, decisive))
  return { mismatches, decisive }
}

function checkAwsRequest(
  request: StatedAwsRequest,
  isAllowed: boolean,
  plan: SessionPlan,
  decisive: Set<number>,
): readonly Mismatch[] {
  const { action, resource } = request
  const entries = Object.entries(request.context)
  const values = entries.flatMap(([key, list]) => list.map((value) => `${key}=${value}`))
  const absent = entries.flatMap(([key, list]) => (list.length === 0 ? [key] : []))
  const read = readRequest([action, resource], values, absent)
  const explanation = explainSession(plan, read(plan))
  const { verdict } = explanation
  if (verdict.verdict !== 'unknown' && verdict.statement !== undefined)
    decisive.add(verdict.statement)
  if (verdict.verdict === (isAllowed ? 'allowed' : 'denied')) return []
  return [
    {
      what: `${isAllowed ? 'can' : 'cannot'} ${action} ${resource}`,
      expected: isAllowed ? 'allowed' : 'denied',
      found: verdict.verdict,
      ...hintFor(explanation),
    },
  ]
}

function hintFor({ verdict, nearest, change }: RequestExplanation): Pick<Mismatch, 'hint'> {
  if (verdict.verdict === 'unknown')
    return { hint: `it depends on ${verdict.missing.join(', ')}; state it under context` }
  if (nearest === undefined) return {}
  if (verdict.verdict === 'allowed') return { hint: `allowed by ${nameOf(nearest)}` }
  const failed = nearest.parts.filter(({ matches }) => matches !== true)
  const parts = failed.map((part) => (part.part === 'condition' ? part.condition.key : part.part))
  const allowed = change?.resource === undefined ? '' : `; it would allow ${change.resource}`
  return { hint: `closest is ${nameOf(nearest)}, not matched: ${parts.join(', ')}${allowed}` }
}

function nameOf({ statement: { Sid }, index }: NearestStatement): string {
  return Sid === undefined ? `statement ${index + 1}` : `statement ${Sid}`
}

/** Without the digest that ends the names of sessions, which is another one in each deployment. */
function renderedName(name: string | undefined): string | undefined {
  return name === undefined ? undefined : textOfName(name)
}

/** Statements in a form in which the order of members, and a list of one value, do not matter. */
function comparable(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 1 ? comparable(value[0]) : value.map(comparable)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, inner]) => [name, comparable(inner)] as const)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  )
}

function show(value: unknown): string {
  if (value === undefined) return '(nothing)'
  return typeof value === 'string' ? value : JSON.stringify(value)
}
