/** Finds the session policy of an earlier session: the one with the digest that was recorded. */
import { type CelScope, evaluateString } from '../expression/cel.ts'
import type { CompiledGrant, CompiledTenant, PolicyStatement } from '../model/compiled-tenant.ts'
import { sha256Hex } from '../model/digest.ts'
import {
  type AttributeValue,
  type AttributeValues,
  findProblem,
  SLOT_PATTERN,
  slotsOf,
} from '../policy/template.ts'
import { findUsedAttributes } from '../policy/used-attributes.ts'
import { textOfName } from './session-labels.ts'
import { createSessionPolicy, keepStatements, renderStatement } from './session-policy.ts'

/** What a record says of a session. */
export interface RecordedSession {
  readonly policySha256: string
  readonly roleSessionName?: string
  readonly sourceIdentity?: string
  readonly sessionTags: Readonly<Record<string, string>>
  /** With the claims that are known. */
  readonly scope: CelScope
}

/** Values of attributes, and statements that the caller may have requested, that are tried. */
const MAX_VALUES = 256
const MAX_CHOICES = 256

/**
 * Renders the policy of the grant with values that the record has: those of the claims, and those
 * that fill the templates of tags, the source identity and the session name. A caller may have
 * requested some of the statements, so these are tried too.
 *
 * @returns undefined where no such policy has the recorded digest, as after a change of the
 *   document, for a value that the record does not have, and for a policy of the caller's own
 */
export function findRecordedPolicy(
  tenant: Pick<CompiledTenant, 'attributes'>,
  grant: CompiledGrant,
  session: RecordedSession,
): readonly PolicyStatement[] | undefined {
  const statements = grant.statements.filter((statement) => !isForClaimedGuests(statement))
  const choices = [...chosenStatements(statements)]
  for (const values of valueSets(tenant, { ...grant, statements }, session))
    for (const chosen of choices) {
      const policy = tryRender(chosen, values)
      if (policy && sha256Hex(JSON.stringify(policy)) === session.policySha256)
        return policy.Statement
    }
  return undefined
}

/** Records do not say which guest a login has claimed. */
function isForClaimedGuests(statement: PolicyStatement): boolean {
  return slotsOf(JSON.stringify(statement)).includes('guest')
}

function* chosenStatements(
  statements: readonly PolicyStatement[],
): Generator<readonly PolicyStatement[]> {
  yield statements
  const sids = statements.flatMap(({ Effect, Sid }) => (Effect === 'Allow' && Sid ? [Sid] : []))
  for (let bits = 1; bits < Math.min(2 ** sids.length, MAX_CHOICES); bits++) {
    const chosen = sids.filter((_, at) => (bits >> at) & 1)
    yield keepStatements(statements, chosen)
  }
}

function tryRender(statements: readonly PolicyStatement[], values: AttributeValues) {
  try {
    return createSessionPolicy(statements.map((one) => renderStatement(one, values)))
  } catch {
    // A value that no caller has: it is not the one of the session.
    return undefined
  }
}

/** Every combination of the values that each attribute may have had. */
function valueSets(
  { attributes }: Pick<CompiledTenant, 'attributes'>,
  grant: CompiledGrant,
  session: RecordedSession,
): AttributeValues[] {
  const found = valuesInLabels(grant, session)
  let sets: AttributeValues[] = [new Map()]
  for (const name of findUsedAttributes(grant)) {
    const attribute = attributes[name]
    const claimed =
      name === 'identity'
        ? session.scope.identity?.id
        : attribute && evaluateString(attribute.from, session.scope).value
    const usable = [...new Set([claimed, ...(found.get(name) ?? [])])].flatMap((value) =>
      value === undefined || (attribute && findProblem(value, attribute) !== undefined)
        ? []
        : [value as AttributeValue],
    )
    if (usable.length === 0) continue
    sets = sets
      .flatMap((set) => usable.map((value) => new Map([...set, [name, value]])))
      .slice(0, MAX_VALUES)
  }
  return sets
}

function valuesInLabels(
  { sessionTags, sourceIdentity, sessionName }: CompiledGrant,
  session: RecordedSession,
): ReadonlyMap<string, readonly string[]> {
  const labels: (readonly [template: string, text: string])[] = [
    ...Object.entries(sessionTags).map(
      ([key, template]) => [template, session.sessionTags[key] ?? ''] as const,
    ),
    [sourceIdentity ?? '', textOfName(session.sourceIdentity ?? '')],
    [sessionName, textOfName(session.roleSessionName ?? '')],
  ]
  const found = new Map<string, string[]>()
  for (const [template, text] of labels)
    for (const [name, value] of slotValues(template, text))
      found.set(name, [...(found.get(name) ?? []), value])
  return found
}

/** The texts of more slots in one template would take long to find. */
const MAX_SLOTS = 3

/** With several slots, each of the shortest and longest texts is a guess that the digest checks. */
function slotValues(template: string, text: string): (readonly [name: string, value: string])[] {
  const names = slotsOf(template)
  if (names.length > MAX_SLOTS) return []
  const literals = template.replace(new RegExp(SLOT_PATTERN, 'g'), '\0').split('\0')
  return ['(.+?)', '(.+)'].flatMap((slot) => {
    const pattern = literals.map(escapeLiteral).join(slot)
    const values = new RegExp(`^${pattern}$`).exec(text)?.slice(1) ?? []
    return values.flatMap((value, at) => {
      const name = names[at]
      return name === undefined ? [] : [[name, value] as const]
    })
  })
}

function escapeLiteral(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
}
