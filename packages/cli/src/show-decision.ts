/** A decision for people and for programs: the trace by stage, then what would be asked of STS, or why not. */
import { type Decision, type SessionPlan, type ShownCheck, showTrace } from '@token-broker/core'
import type { Paint } from './command.ts'

/** The same members as the broker's own explanation. */
export function decisionJson({ refusal, tenant, rule, grant, plan, trace }: Decision): string {
  const outcome = refusal ? 'would-refuse' : 'would-issue'
  const answer = {
    outcome,
    code: refusal?.code,
    reason: refusal?.message,
    tenant,
    rule,
    grant,
    trace: showTrace(trace),
  }
  return JSON.stringify({ ...answer, plan: plan && shownPlan(plan) }, undefined, 2)
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
  ].join('\n')
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
    value === undefined ? [] : [`${stem}     ${paint('dim', name.padEnd(8))} ${printable(value)}`]
  return [
    `${isLast ? '└' : '├'}─ ${mark} ${printable(check)}`,
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
  return [...lines, '  sessionPolicy', ...policy.map((text) => `    ${printable(text)}`)]
}

function line(name: string, value: unknown): string[] {
  return [
    `  ${name.padEnd(17)} ${printable(typeof value === 'string' ? value : JSON.stringify(value))}`,
  ]
}

function isEmpty(value: unknown): boolean {
  return (
    value === undefined ||
    (typeof value === 'object' && value !== null && Object.keys(value).length === 0)
  )
}

/** Claims may hold control characters, which would speak to the terminal. */
function printable(text: string): string {
  return text.replace(
    /\p{Cc}|\p{Cf}/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

function shownPlan(plan: SessionPlan) {
  const { roleArn, roleSessionName, durationSeconds, webIdentity, sourceIdentity, sessionTags } =
    plan
  const { managedPolicyArns, sessionPolicy } = plan
  const session = {
    roleArn,
    roleSessionName,
    durationSeconds,
    webIdentity,
    sourceIdentity,
    sessionTags,
  }
  return { ...session, managedPolicyArns, sessionPolicy }
}
