/** Looks up the claims that a condition speaks of, for the trace. */
import { isObject } from './strict-json.ts'

/** @param paths such as `claims.org` or `claims.address.country` */
export function foundClaims(
  paths: readonly string[],
  claims: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return Object.fromEntries(paths.map((path) => [path, lookUp(path.split('.').slice(1), claims)]))
}

function lookUp(names: readonly string[], root: unknown): unknown {
  let value = root
  for (const name of names) {
    if (!isObject(value) || !Object.hasOwn(value, name)) return '(absent)'
    value = value[name]
  }
  return value
}
