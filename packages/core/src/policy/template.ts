/**
 * Text with `{{attribute}}` slots, and the check that every value passes before it may fill one.
 */
import { type CelScope, evaluateString } from '../expression/cel.ts'
import { lookUpClaim, parseClaimPath } from '../expression/claim-paths.ts'
import { BrokerError } from '../model/broker-error.ts'
import type {
  CompiledAttribute,
  ConditionValue,
  PolicyStatement,
} from '../model/compiled-tenant.ts'
import { shownSource, shownType, shownValue } from '../model/shown-value.ts'
import { recordCheck, type Trace } from '../model/trace.ts'

declare const checked: unique symbol

/**
 * A value that is safe as a literal inside an ARN. Only {@link readAttribute} and `readBuiltIn`
 * create one.
 */
export type AttributeValue = string & { readonly [checked]: true }

/** IAM's wildcards and variable marks: no value may contain one, even if its pattern allows it. */
export const POLICY_MARKS = '*?${}'
/** A value may contain these only where its pattern names them. */
export const SEPARATORS = '/:'
/** These marks, and every invisible character. */
const FORBIDDEN = new RegExp(`[${POLICY_MARKS}\\p{C}\\p{Zl}\\p{Zp}]`, 'u')

/**
 * Evaluates one declared attribute. A value is used whole or not at all: it is never escaped,
 * shortened or dropped, because a changed value may be another user's.
 * @throws {BrokerError} `claim_unusable`; the operator reads at most 64 characters of the value,
 *   and the caller nothing
 */
export function readAttribute(
  name: string,
  attribute: CompiledAttribute,
  scope: CelScope,
  trace: Trace,
): AttributeValue {
  const { from, pattern, issuer } = attribute
  const { value, error } = evaluateString(from, scope)
  const isOfIssuer = issuer === undefined || issuer === scope.issuer
  const problem = !isOfIssuer
    ? 'it is only for tokens of another issuer'
    : value === undefined
      ? error
      : findProblem(value, attribute)
  const expected = `${from} matching ${pattern}`
  const check = `attribute ${name} is usable`
  if (problem === undefined) {
    recordCheck(trace, 'render', check, true, expected, value)
    return value as AttributeValue
  }
  const found = isOfIssuer
    ? describeUnusable(value, problem, attribute, scope)
    : `a token of ${shownValue(scope.issuer)}: ${problem}`
  recordCheck(trace, 'render', check, false, expected, found)
  const wanted = isOfIssuer ? shownSource(expected) : `a token of ${shownValue(issuer)}`
  throw new BrokerError(
    'claim_unusable',
    `Attribute "${name}" cannot be used: expected ${wanted}, found ${found}; correct the claim ` +
      'at the issuer, or the attribute in the tenant document.',
    { callerMessage: unusableClaim(from, value, scope) },
  )
}

/** For the caller, who has proved its right to the grant: the claim, and never its value. */
function unusableClaim(from: string, value: string | undefined, { claims }: CelScope): string {
  const path = parseClaimPath(from)
  const claim = path ? `The claim ${path.join('.')}` : 'A claim'
  const found = value !== undefined ? 'other text' : path && shownType(lookUpClaim(path, claims))
  return (
    `${claim} of the token cannot be used in a session: expected text that the tenant ` +
    `document admits there, found ${found ?? 'no text'}; let the issuer correct it, or give the ` +
    'request id to the operator.'
  )
}

/** @returns the value or its type, and what is wrong with it */
function describeUnusable(
  value: string | undefined,
  problem: string,
  { from, pattern }: CompiledAttribute,
  { claims }: CelScope,
): string {
  if (value !== undefined) return `${shownValue(value)}: ${problem}${hintFor(value, pattern)}`
  const path = parseClaimPath(from)
  return path ? `${shownType(lookUpClaim(path, claims))}: ${problem}` : problem
}

/** What people overlook in a value that its pattern does not match. */
function hintFor(value: string, pattern: string): string {
  const matches = (text: string) => text !== value && wholeValue(pattern).test(text)
  if (value.length > MAX_HINTED_CHARACTERS) return ''
  if (matches(value.trim())) return ' (it would without the white space at an end)'
  if (matches(value.toLowerCase())) return ' (it would in lower case)'
  if (matches(value.toUpperCase())) return ' (it would in upper case)'
  return ''
}

/** The longest value of an attribute without a pattern of its own; a pattern can be slow. */
const MAX_HINTED_CHARACTERS = 128

/** @returns what is wrong with the value, or undefined */
export function findProblem(
  value: string,
  attribute: Omit<CompiledAttribute, 'from'>,
): string | undefined {
  const { maxLength, separators, pattern } = attribute
  if (value === '') return 'it is empty'
  if (value.length > maxLength)
    return `it has ${value.length} characters; at most ${maxLength} are allowed`
  if (FORBIDDEN.test(value))
    return 'it contains a wildcard (* ?), a variable character ($ { }) or an invisible character'
  for (const separator of SEPARATORS) {
    if (value.includes(separator) && !separators.includes(separator))
      return `it contains "${separator}", which its pattern does not name`
  }
  if (value.split('/').some((segment) => segment === '' || segment === '.' || segment === '..')) {
    return 'it contains an empty, "." or ".." path segment'
  }
  return wholeValue(pattern).test(value) ? undefined : 'it does not match its pattern'
}

/** Of attributes' patterns; as many as the tenants that a function keeps in memory have. */
const MAX_EXPRESSIONS = 1_000
const expressions = new Map<string, RegExp>()

/** Whether a whole text matches; compiled once for each pattern. */
function wholeValue(pattern: string): RegExp {
  const known = expressions.get(pattern)
  if (known) return known
  if (expressions.size >= MAX_EXPRESSIONS) expressions.clear()
  // The group matters: `^a|b$` would accept `a` followed by anything (GHSA-59jp-pj84-45mr).
  const expression = new RegExp(`^(?:${pattern})$`, 'u')
  expressions.set(pattern, expression)
  return expression
}

/** Values by attribute name; a Map, because an object would also find inherited members. */
export type AttributeValues = ReadonlyMap<string, AttributeValue>

/**
 * The source of the regular expression of one slot; its first group is the attribute's name. Only
 * blanks may be around it: in JSON, in which slots are searched too, a tab is written `\t`.
 */
export const SLOT_PATTERN = '\\{\\{ *(\\w+) *\\}\\}'

const SLOT = new RegExp(SLOT_PATTERN, 'g')

/** Names of the attributes that a template uses. */
export function slotsOf(template: string): string[] {
  return [...template.matchAll(SLOT)].map((match) => String(match[1]))
}

export function hasSlots(template: string): boolean {
  return template.search(SLOT) !== -1
}

/**
 * Fills every slot.
 * @throws {BrokerError} `config_invalid` for a slot without a value, which the compile step rules
 *   out
 */
export function fillTemplate(template: string, values: AttributeValues): string {
  return template.replace(SLOT, (_, name: string) => {
    const value = values.get(name)
    if (value === undefined)
      throw new BrokerError(
        'config_invalid',
        `A template uses the undeclared attribute "${name}"; build the tenants again.`,
      )
    return value
  })
}

/** What every rendering of the template matches, as IAM writes patterns. */
export function slotsAsWildcards(template: string): string {
  return template.replace(SLOT, '*')
}

/**
 * Changes each text that may contain slots: resources and condition values. Nothing else changes.
 * @param change gets the condition operator too, if the text is the value of a condition
 */
export function mapTemplates(
  statement: PolicyStatement,
  change: (template: string, operator?: string) => string,
): PolicyStatement {
  const { Resource, NotResource, Condition } = statement
  return {
    ...statement,
    ...(Resource === undefined ? {} : { Resource: mapTexts(Resource, change) }),
    ...(NotResource === undefined ? {} : { NotResource: mapTexts(NotResource, change) }),
    ...(Condition === undefined
      ? {}
      : {
          Condition: mapEntries(Condition, (keys, operator) =>
            mapEntries(keys, (values) => mapTexts(values, (text) => change(text, operator))),
          ),
        }),
  }
}

function mapTexts<T extends ConditionValue>(value: T, change: (text: string) => string): T
function mapTexts(value: ConditionValue, change: (text: string) => string): ConditionValue {
  if (typeof value === 'string') return change(value)
  if (typeof value === 'object')
    return value.map((item) => (typeof item === 'string' ? change(item) : item))
  return value
}

function mapEntries<A, B>(
  record: Readonly<Record<string, A>>,
  change: (value: A, key: string) => B,
): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]))
}
