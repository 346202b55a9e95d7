/** Narrows a grant to the session policy of a caller who requests less. */
import { TooManyStatesError } from '../automata/automaton.ts'
import { BudgetExceededError } from '../automata/budget.ts'
import type { ConditionValue, PolicyStatement } from '../model/compiled-tenant.ts'
import { recordCheck, type Trace } from '../model/trace.ts'
import { conditionsOf } from '../policy/condition-constraints.ts'
import { type ExampleRequest, findUncovered } from '../policy/containment.ts'
import { possibleParts } from '../policy/possible-requests.ts'
import { appendDenies } from './append-denies.ts'
import { CallerPolicyRefusal } from './caller-policy-refusal.ts'

/** Steps of the comparison of one policy; ordinary policies need less than 2,000. */
const MAX_STEPS = 20_000
/** Characters of the caller's own texts in a message. */
const MAX_QUOTED_CHARACTERS = 200

/** What the policy of a caller is compared with. */
export interface Granted {
  /** The grant's statements, rendered. */
  readonly statements: readonly PolicyStatement[]
  /** The values of `aws:PrincipalTag/…` in the session. */
  readonly sessionTags: Readonly<Record<string, string>>
  /** The Sids that the caller requests too, so that its policy is compared with these alone. */
  readonly requestedSids?: readonly string[] | undefined
}

/**
 * The caller's statements and every `Deny` of the grant, if each request that they allow is allowed
 * by the grant. That is decided for all requests, and refused where it cannot be decided.
 * @throws {CallerPolicyRefusal} `access_denied` for a statement that allows more than the grant
 */
export function narrowToCallerPolicy(
  granted: Granted,
  requested: readonly PolicyStatement[],
  trace: Trace,
): PolicyStatement[] {
  const wider = findWiderStatement(granted, requested)
  const check = 'the caller’s policy is inside the grant'
  if (!recordCheck(trace, 'render', check, !wider, wider && granted.statements, wider?.found)) {
    const { message = '', missingKeys = [] } = wider ?? {}
    const keys =
      missingKeys.length > 0 ? ` Conditions of the grant: ${missingKeys.join(', ')}.` : ''
    const callerMessage = granted.requestedSids
      ? `${message} Of the grant, only the requested statements count: ` +
        `${shorten(granted.requestedSids)}.`
      : message
    throw new CallerPolicyRefusal('access_denied', callerMessage, callerMessage + keys)
  }
  const denied = granted.statements.filter(({ Effect }) => Effect === 'Deny')
  if (!requested.some(({ Effect }) => Effect === 'Allow')) return []
  return appendDenies(respellKeys(requested, granted.statements), denied)
}

/**
 * IAM compares condition keys without regard to case, and the comparison above relies on it. An STS
 * that does not, such as Ceph's, would take a key in another case for absent, and a negated
 * condition on it for true.
 */
function respellKeys(
  requested: readonly PolicyStatement[],
  granted: readonly PolicyStatement[],
): PolicyStatement[] {
  const spellings = new Map(
    granted
      .flatMap(({ Condition = {} }) => Object.values(Condition).flatMap(Object.keys))
      .map((key: string) => [key.toLowerCase(), key]),
  )
  const respell = (keys: Readonly<Record<string, ConditionValue>>) => {
    const entries = Object.entries(keys).map(
      ([key, value]) => [spellings.get(key.toLowerCase()) ?? key, value] as const,
    )
    // The grammar refuses two keys that differ only in case; one of them would get lost here.
    const isUnique = new Set(entries.map(([key]) => key)).size === entries.length
    return isUnique ? Object.fromEntries(entries) : keys
  }
  return requested.map(({ Condition, ...rest }) => ({
    ...rest,
    ...(Condition && {
      Condition: Object.fromEntries(
        Object.entries(Condition).map(([operator, keys]) => [operator, respell(keys)]),
      ),
    }),
  }))
}

/** The first statement that is not proved to lie inside the grant. */
interface WiderStatement {
  /** For the caller: quotes nothing but the caller's own policy. */
  readonly message: string
  /** For the operator: a request that the statement allows and the grant does not. */
  readonly found: string
  /** Keys of the grant's conditions that the statement does not imply. */
  readonly missingKeys: readonly string[]
}

/**
 * The caller's own `Deny` statements count, and the grant's, because both are in the session
 * policy.
 */
function findWiderStatement(
  granted: Granted,
  requested: readonly PolicyStatement[],
): WiderStatement | undefined {
  const known = new Map(
    Object.entries(granted.sessionTags).map(([key, value]) => [
      `aws:principaltag/${key.toLowerCase()}`,
      value,
    ]),
  )
  const covering = [...granted.statements, ...requested.filter(({ Effect }) => Effect === 'Deny')]
  const budget = { remaining: MAX_STEPS }
  for (const [index, statement] of requested.entries()) {
    if (statement.Effect === 'Deny') continue
    const sid = statement.Sid === undefined ? '' : ` (Sid ${statement.Sid})`
    const name = `Statement ${index + 1}${sid} of the session policy`
    for (const part of possibleParts(statement)) {
      const found = decide(() => findUncovered([part], covering, { budget, known }))
      if (found === undefined) continue
      if (found === TOO_COMPLEX)
        return {
          message:
            `${name} is too complex to compare with the grant; ` +
            'use fewer wildcards and shorter lists.',
          found: `more than ${MAX_STEPS} steps`,
          missingKeys: [],
        }
      const wider = decide(() => explainWider(name, part, granted.statements, known))
      const reason =
        wider === TOO_COMPLEX
          ? { message: `${name} allows more than the grant.`, missingKeys: [] }
          : wider
      return { found: showExample(found), ...reason }
    }
  }
  return undefined
}

const TOO_COMPLEX = Symbol('not decided within the limits')

function decide<Result>(question: () => Result): Result | typeof TOO_COMPLEX {
  try {
    return question()
  } catch (error) {
    if (error instanceof BudgetExceededError || error instanceof TooManyStatesError)
      return TOO_COMPLEX
    throw error
  }
}

function showExample({ action, resource, context }: ExampleRequest): string {
  const conditions = Object.entries(context).map(([key, values]) => `${key} = ${values.join(', ')}`)
  return [`${action} on ${resource}`, ...conditions].join('; ')
}

/**
 * Names the action and the resource that are not covered, as the caller wrote them. Of the grant,
 * it says no more than what the caller would learn by narrowing the statement step by step.
 */
function explainWider(
  name: string,
  statement: PolicyStatement,
  granted: readonly PolicyStatement[],
  known: ReadonlyMap<string, string>,
): Pick<WiderStatement, 'message' | 'missingKeys'> {
  const budget = { remaining: MAX_STEPS }
  const covers = (some: PolicyStatement, others: readonly PolicyStatement[]) =>
    findUncovered([some], others, { budget, known }) === undefined
  const allowed = granted.filter(({ Effect }) => Effect === 'Allow')
  const parts = partsOf(statement)
  const part = parts.find((one) => !covers(one, allowed)) ?? statement
  const onAnyResource = (one: PolicyStatement): PolicyStatement => ({
    ...withoutConditions(one),
    Resource: '*',
  })
  const action = shorten(part.Action ?? `everything but ${part.NotAction}`)
  const resource = shorten(part.Resource ?? `everything but ${part.NotResource}`)
  const message = (what: string) => `${name} allows more than the grant: ${what}.`
  if (!covers(onAnyResource(part), allowed.map(onAnyResource)))
    return {
      message: message(`the grant does not allow ${action}; remove it, or request another grant`),
      missingKeys: [],
    }
  if (!covers(withoutConditions(part), allowed.map(withoutConditions)))
    return {
      message: message(`the grant does not allow ${action} on ${resource}; narrow the resource`),
      missingKeys: [],
    }
  const conditions = allowed
    .filter((one) => covers(withoutConditions(part), [withoutConditions(one)]))
    .flatMap(conditionsOf)
    .filter(({ name: operator, key, values }) => {
      const Condition = { [operator]: { [key]: values } }
      return !covers(part, [{ Effect: 'Allow', Action: '*', Resource: '*', Condition }])
    })
  const missingKeys = [...new Set(conditions.map(({ key }) => key))]
  const own = new Set(conditionsOf(part).map(({ key }) => key))
  const wider = missingKeys.filter((key) => own.has(key))
  const condition =
    wider.length > 0
      ? `only under a narrower condition on ${wider.join(', ')}; narrow the condition`
      : 'only under conditions that the statement does not have; add the conditions of the grant'
  return { message: message(`it allows ${action} on ${resource} ${condition}`), missingKeys }
}

/** One statement for each action and resource. */
function partsOf(statement: PolicyStatement): PolicyStatement[] {
  const { Action, Resource } = statement
  const ofAction =
    Action === undefined
      ? [statement]
      : [Action].flat().map((one) => ({ ...statement, Action: one }))
  return ofAction.flatMap((part) =>
    Resource === undefined ? [part] : [Resource].flat().map((one) => ({ ...part, Resource: one })),
  )
}

function withoutConditions({ Condition: _, ...rest }: PolicyStatement): PolicyStatement {
  return rest
}

/** Printable, and not the whole policy. */
function shorten(text: string | readonly string[]): string {
  const printable = [text].flat().join(', ').replace(/\p{C}/gu, '?')
  return printable.length > MAX_QUOTED_CHARACTERS
    ? `${printable.slice(0, MAX_QUOTED_CHARACTERS)}…`
    : printable
}
