/** The gate through which every value passes before it may enter a policy, a tag or a name. */
import { type CelScope, evaluateString } from './cel.ts'
import type { CompiledAttribute } from './compiled-tenant.ts'
import { BrokerError } from './refusal.ts'
import { recordCheck, type Trace } from './trace.ts'

declare const checked: unique symbol

/** A claim's value that is safe as a literal inside an ARN. Only this module makes one. */
export type AttributeValue = string & { readonly [checked]: true }

/** IAM's wildcards and variables, and whatever a person cannot see. */
const NEVER = /[*?${}\p{C}\p{Zl}\p{Zp}]/u

/**
 * Evaluates one declared attribute. A value is taken whole or not at all: never escaped, shortened or dropped, because
 * a changed value is somebody else's.
 * @throws {BrokerError} `claim_unusable`, naming the attribute and not its value
 */
export function readAttribute(
  name: string,
  attribute: CompiledAttribute,
  scope: CelScope,
  trace: Trace,
): AttributeValue {
  const { value, error } = evaluateString(attribute.from, scope)
  const fault = value === undefined ? (error ?? 'it is not a string') : findFault(value, attribute)
  const expected = `${attribute.from} matching ${attribute.pattern}`
  if (
    recordCheck(
      trace,
      'render',
      `attribute ${name} is usable`,
      fault === undefined,
      expected,
      fault ?? value,
    )
  ) {
    return value as AttributeValue
  }
  throw new BrokerError('claim_unusable', `Attribute "${name}" cannot be used: ${fault}.`)
}

/** @returns what is wrong with the value, or undefined */
export function findFault(
  value: string,
  attribute: Omit<CompiledAttribute, 'from'>,
): string | undefined {
  if (value === '') return 'it is empty'
  if (value.length > attribute.maxLength)
    return `it is longer than ${attribute.maxLength} characters`
  if (NEVER.test(value)) return 'it holds a wildcard, a variable mark or an invisible character'
  for (const separator of '/:') {
    if (value.includes(separator) && !attribute.separators.includes(separator))
      return `it holds "${separator}"`
  }
  if (value.split('/').some((segment) => segment === '' || segment === '.' || segment === '..')) {
    return 'it holds an empty, "." or ".." segment'
  }
  if (!wholeMatch(attribute.pattern).test(value)) return 'it does not match its pattern'
  return undefined
}

/** The group matters: `^a|b$` would accept `a` followed by anything (GHSA-59jp-pj84-45mr). */
function wholeMatch(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern})$`, 'u')
}
