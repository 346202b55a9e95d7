/**
 * The session policy that a caller requests. Loaded with the first request that has one: what
 * decides containment is a tenth of all code of the request path, and few callers send a policy.
 */
import type { PolicyStatement } from '../model/compiled-tenant.ts'
import type { Trace } from '../model/trace.ts'
import { type Granted, narrowToCallerPolicy } from './caller-policy.ts'
import { CallerPolicyRefusal } from './caller-policy-refusal.ts'
import { parseCallerPolicy } from './parse-caller-policy.ts'

/** @returns the statements of the session, or why the caller's policy is refused */
export type CallerPolicy = (
  granted: Granted,
  trace: Trace,
) => readonly PolicyStatement[] | CallerPolicyRefusal

/** @param text the JSON text of the policy, as the caller sent it */
export function compareCallerPolicy(text: string): CallerPolicy {
  return (granted, trace) => {
    try {
      return narrowToCallerPolicy(granted, parseCallerPolicy(text), trace)
    } catch (error) {
      if (error instanceof CallerPolicyRefusal) return error
      throw error
    }
  }
}
