/** Values of an unknown variable with which a text of a policy matches a request. */
import { splitPolicyText } from '../policy-text.ts'
import type { AwsRequest } from './aws-request.ts'
import { matchesPattern } from './match-pattern.ts'
import { resolveParts } from './resolve-text.ts'
import type { Condition } from './satisfies-condition.ts'

/** For each text; they are samples where a variable appears several times. */
const MAX_VALUES = 20

/** @param valuesOfKey the values with which a condition on another key compares the variable */
export function valuesOfVariable(
  key: string,
  resources: readonly string[],
  conditions: readonly Condition[],
  request: AwsRequest,
  valuesOfKey: (key: string) => readonly string[],
): string[] {
  return [
    ...resources.flatMap((text) => valuesBetween(text, key, request.resource, request)),
    ...conditions.flatMap(({ key: compared, values }) =>
      valuesOfKey(compared.toLowerCase()).flatMap((found) =>
        values.flatMap((text) => valuesBetween(text, key, found, request)),
      ),
    ),
  ]
}

/** The parts of `target` that remain where the texts before and after the variable match. */
function valuesBetween(text: string, key: string, target: string, request: AwsRequest): string[] {
  const parts = splitPolicyText(text) ?? []
  const at = parts.findIndex((part) => part.kind === 'variable' && part.key.toLowerCase() === key)
  if (at === -1) return []
  const [before, after] = [parts.slice(0, at), parts.slice(at + 1)].map(
    (some) => resolveParts(some, request.context, true).pattern,
  )
  const values = new Set<string>()
  for (let start = 0; start <= target.length; start++) {
    if (!matchesPattern(before ?? [], target.slice(0, start))) continue
    for (let end = target.length; end >= start; end--)
      if (values.size < MAX_VALUES && matchesPattern(after ?? [], target.slice(end)))
        values.add(target.slice(start, end))
  }
  return [...values]
}
