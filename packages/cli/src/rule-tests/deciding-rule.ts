/** Which rule of a document decided about a request. */
import { type Decision, showTrace } from '@token-broker/core'

const APPLIES = /^deny rule "(.*)" applies$/s

/** @returns the rule that leads to the grant, or the deny rule that refuses; undefined: neither */
export function decidingRule({ rule, refusal, trace }: Decision): string | undefined {
  if (rule !== undefined || refusal?.code !== 'access_denied') return rule
  const applying = showTrace(trace).flatMap(({ check, passed }) =>
    passed ? (APPLIES.exec(check)?.[1] ?? []) : [],
  )
  return applying.at(-1)
}
