/** Finds issuers whose delegated tokens are accepted, although no rule considers who acts. */
import { mentionsActor } from '../expression/actor-conditions.ts'
import type { LintRule } from './lint-context.ts'

/** @see RFC 8693 §4.1 */
export const checkDelegation: LintRule = ({ document }, report) => {
  if (document.rules.some(({ when }) => when !== undefined && mentionsActor(when))) return
  for (const [index, { delegatedTokens }] of document.issuers.entries())
    if (delegatedTokens === 'accept')
      report(
        'delegation-without-rule',
        ['issuers', index, 'delegatedTokens'],
        'delegated tokens of this issuer are accepted, but no rule passes for them: a rule that ' +
          'does not mention actor is for the subject alone',
        'write a rule with a condition such as actor.subject == "agent", or remove delegatedTokens',
      )
}
