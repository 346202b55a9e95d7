/** The nine stages of the request path, with what a decision shows about each of them. */
import type { DecidedStage } from '@token-broker/console/wire'
import { type Decision, type ShownCheck, showTrace } from '@token-broker/core'
import { NO_EFFECTS } from '../documents/no-effects.ts'

const DECIDED = ['parse', 'verify', 'resolve', 'match', 'render'] as const

export function stagesOf(decision: Decision): readonly DecidedStage[] {
  const trace = showTrace(decision.trace)
  const end = decision.refusal ? DECIDED.indexOf(refusingStage(decision, trace)) : DECIDED.length
  const decided = DECIDED.map(
    (stage, at): DecidedStage => ({
      stage,
      state: at < end ? 'passed' : at === end ? 'refused' : 'not reached',
      summary:
        at === end ? (decision.refusal?.message ?? '') : at < end ? done(stage, decision) : '',
      checks: trace.filter((check) => check.stage === stage),
    }),
  )
  return [...decided, ...stagesAhead(decision)]
}

/** The stage of the check that failed, or the one whose result is the first that is missing. */
function refusingStage(
  { grant, tenant }: Decision,
  trace: readonly ShownCheck[],
): (typeof DECIDED)[number] {
  const last = trace.at(-1)
  const failed = DECIDED.find((stage) => stage === last?.stage)
  if (failed && last?.passed === false) return failed
  if (grant !== undefined) return 'render'
  if (tenant !== undefined) return 'match'
  return failed ?? 'parse'
}

function done(stage: (typeof DECIDED)[number], { tenant, rule, grant, plan }: Decision): string {
  switch (stage) {
    case 'parse':
      return 'The request has the fields of its endpoint.'
    case 'verify':
      return 'The token is genuine and valid.'
    case 'resolve':
      return `Tenant ${tenant} accepts the identity.`
    case 'match':
      return `Rule ${rule ?? '(none)'} leads to grant ${grant}.`
    default:
      return `The session policy has ${plan?.sessionPolicy.Statement.length ?? 0} statements.`
  }
}

function stagesAhead({ refusal, plan }: Decision): readonly DecidedStage[] {
  const skipped = { state: 'not reached', summary: '', checks: [] } as const
  const ahead = (stage: string, summary: string) =>
    ({ stage, state: 'ahead', summary, checks: [] }) as const
  if (refusal || plan === undefined)
    return [
      { stage: 'obtain', ...skipped },
      { stage: 'assume', ...skipped },
      ahead('audit', `Would write a record with the code ${refusal?.code ?? 'internal'}.`),
      ahead('respond', refusal?.callerMessage ?? 'Would refuse, and tell the caller the code.'),
    ]
  const { mintedToken, roleArn, durationSeconds } = plan
  const issuer = mintedToken?.issuer === NO_EFFECTS.brokerIssuer ? '' : ` of ${mintedToken?.issuer}`
  const obtained = mintedToken
    ? `Would mint a token${issuer} for ${mintedToken.audience}.`
    : 'Would pass the token through to STS.'
  return [
    ahead('obtain', obtained),
    ahead('assume', `Would assume ${roleArn} for ${durationSeconds} s.`),
    ahead('audit', 'Would write a record with the outcome issued.'),
    ahead('respond', 'Would send the credentials of the session.'),
  ]
}
