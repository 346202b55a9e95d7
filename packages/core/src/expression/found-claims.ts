/** Looks up the claims that a condition speaks of, for the trace. */

import { isObject } from '../model/strict-json.ts'
import type { ClaimPath } from './cel.ts'

export function foundClaims(
  paths: readonly ClaimPath[],
  claims: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return Object.fromEntries(
    paths.map((path) => [['claims', ...path].join('.'), lookUpClaim(path, claims) ?? '(absent)']),
  )
}

/** Undefined where there is none. Own members only: a claim named `constructor` is absent unless the token has it. */
export function lookUpClaim(names: ClaimPath, root: unknown): unknown {
  let value = root
  for (const name of names) {
    if (!isObject(value) || !Object.hasOwn(value, name)) return undefined
    value = value[name]
  }
  return value
}
