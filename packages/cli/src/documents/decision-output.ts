/** A decision for people and for programs: every check by stage, then the plan or the refusal. */
import {
  type Decision,
  type MintedToken,
  type SessionPlan,
  type ShownCheck,
  showTrace,
} from '@token-broker/core'
import { oneLine, type Paint } from '../terminal.ts'
import { NO_EFFECTS } from './no-effects.ts'

/** The same members as in the response of the broker's `/v1/explain`, and `reason`. */
export function decisionFields(decision: Decision) {
  const { refusal, tenant, rule, grant, plan, trace, candidate } = decision
  return {
    outcome: refusal ? ('would-refuse' as const) : ('would-issue' as const),
    code: refusal?.code,
    reason: refusal?.message,
    tenant,
    rule,
    grant,
    trace: showTrace(trace),
    plan: plan && shownPlan(plan),
    candidate: candidate && {
      ...candidate.recorded,
      trace: showTrace(candidate.trace),
      plan: candidate.plan && shownPlan(candidate.plan),
    },
  }
}

export function decisionText(decision: Decision, paint: Paint): string {
  const { refusal, plan } = decision
  const verdict = refusal
    ? [paint('red', paint('bold', `would refuse: ${refusal.code}`)), `  ${refusal.message}`]
    : [paint('green', paint('bold', 'would issue'))]
  return [
    ...traceLines(showTrace(decision.trace), paint),
    ...verdict,
    ...matchLines(decision),
    ...planLines(plan),
    ...candidateLinesOf(decision, paint),
  ].join('\n')
}

/** What the candidate document of the tenant would decide; its checks only where it differs. */
function candidateLinesOf({ candidate }: Decision, paint: Paint): string[] {
  if (!candidate) return []
  const { recorded, trace, plan } = candidate
  const { result, code, reason, rule, grant, differences } = recorded
  const title = `candidate ${recorded.documentSha256.slice(0, 12)}: ${result}`
  if (result === 'same') return ['', paint('bold', title)]
  const details = { code, reason, rule, grant, differences: differences?.join(', ') }
  const shown = Object.entries(details).flatMap(([name, value]) =>
    value === undefined ? [] : line(name, value),
  )
  return [
    '',
    ...traceLines(showTrace(trace), paint),
    paint('bold', title),
    ...shown,
    ...planLines(plan),
  ]
}

function traceLines(checks: readonly ShownCheck[], paint: Paint): string[] {
  const stages = [...Map.groupBy(checks, ({ stage }) => stage)]
  return stages.flatMap(([stage, ofStage]) => [
    paint('bold', stage),
    ...ofStage.flatMap((check, index) => checkLines(check, index === ofStage.length - 1, paint)),
    '',
  ])
}

function checkLines(
  { check, passed, expected, found }: ShownCheck,
  isLast: boolean,
  paint: Paint,
): string[] {
  const mark = passed ? paint('green', '✓') : paint('red', '✗')
  const stem = isLast ? ' ' : '│'
  const detail = (name: string, value: string | undefined) =>
    value === undefined ? [] : [`${stem}     ${paint('dim', name.padEnd(8))} ${oneLine(value)}`]
  return [
    `${isLast ? '└' : '├'}─ ${mark} ${oneLine(check)}`,
    ...detail('expected', expected),
    ...detail('found', found),
  ]
}

function matchLines({ tenant, rule, grant }: Decision): string[] {
  return Object.entries({ tenant, rule, grant }).flatMap(([name, value]) =>
    value === undefined ? [] : line(name, value),
  )
}

function planLines(plan: SessionPlan | undefined): string[] {
  if (!plan) return []
  const { sessionPolicy, ...rest } = shownPlan(plan)
  const lines = Object.entries(rest).flatMap(([name, value]) =>
    isEmpty(value) ? [] : line(name, value),
  )
  const policy = JSON.stringify(sessionPolicy, undefined, 2).split('\n')
  return [...lines, '  sessionPolicy', ...policy.map((text) => `    ${oneLine(text)}`)]
}

function line(name: string, value: unknown): string[] {
  return [
    `  ${name.padEnd(17)} ${oneLine(typeof value === 'string' ? value : JSON.stringify(value))}`,
  ]
}

function isEmpty(value: unknown): boolean {
  return (
    value === undefined ||
    (typeof value === 'object' && value !== null && Object.keys(value).length === 0)
  )
}

function shownPlan({
  roleArn,
  roleSessionName,
  durationSeconds,
  webIdentity,
  mintedToken,
  sourceIdentity,
  sessionTags,
  managedPolicyArns,
  sessionPolicy,
}: SessionPlan) {
  return {
    roleArn,
    roleSessionName,
    durationSeconds,
    webIdentity,
    mintedToken: mintedToken && withoutIssuer(mintedToken),
    sourceIdentity,
    sessionTags,
    managedPolicyArns,
    sessionPolicy,
  }
}

/** The command line does not know at which URL the broker will be. */
function withoutIssuer({ issuer, ...token }: MintedToken): Partial<MintedToken> {
  return issuer === NO_EFFECTS.brokerIssuer ? token : { issuer, ...token }
}
