/** Collects what the proof needs from a compiled document: attributes, grants and their issuers. */
import {
  type Automaton,
  buildAutomaton,
  literalText,
  TooManyStatesError,
} from '../../automata/automaton.ts'
import { type Budget, BudgetExceededError } from '../../automata/budget.ts'
import { intersectAutomata } from '../../automata/intersection.ts'
import { type Reader, readerOf } from '../../expression/actor-conditions.ts'
import { readsOnlyIssuer, textForIssuer } from '../../expression/issuer-conditions.ts'
import type { CompiledAttribute, CompiledTenant } from '../../model/compiled-tenant.ts'
import { slotsOf } from '../../policy/template.ts'
import { actorIssuersOfGrant, issuersOf, issuersOfGrant } from '../issuers-of-grant.ts'
import { valueAutomaton } from '../pattern/value-automaton.ts'
import type { DeclaredAttributes } from '../template/parse-template.ts'
import {
  type IsolationFinding,
  MAX_STEPS,
  type ProvenAttributes,
  proveIsolation,
} from './prove-isolation.ts'
import type { IssuersByReader, ProvenGrant } from './proven-parts.ts'

/** What the document declares and the compiled tenant does not contain. */
export interface Declarations {
  readonly analyses: DeclaredAttributes
  readonly acrossIssuers: ReadonlySet<string>
  /** By grant: positions of the statements with `shared: true`. */
  readonly sharedStatements: ReadonlyMap<string, ReadonlySet<number>>
}

export function proveDocument(
  tenant: CompiledTenant,
  { analyses, acrossIssuers, sharedStatements }: Declarations,
): IsolationFinding[] {
  const automata = new Map<string, Automaton>()
  const namingIssuer = new Set<string>()
  const readers = new Map<string, Reader>()
  // Where `{{guest}}` is used, it is read as the identity of a caller.
  const used = new Set(
    slotsOf(JSON.stringify(tenant.grants)).flatMap((name) =>
      name === 'guest' ? [name, 'identity'] : [name],
    ),
  )
  const budget: Budget = { remaining: MAX_STEPS }
  for (const name of used) {
    const analysis = analyses.get(name)
    const attribute = tenant.attributes[name]
    if (analysis === undefined) continue
    if (attribute) readers.set(name, readerOf(attribute.from))
    const literals = attribute && valuesByIssuer(attribute, issuersReading(name, tenant))
    try {
      const all = valueAutomaton(analysis, budget)
      automata.set(name, literals ? intersectAutomata(all, oneOf(literals), budget) : all)
    } catch (error) {
      // Without its automaton, nothing is decided of what uses the attribute.
      if (!(error instanceof TooManyStatesError || error instanceof BudgetExceededError))
        throw error
    }
    if (literals && new Set(literals).size === literals.length) namingIssuer.add(name)
  }
  const attributes: ProvenAttributes = {
    ...{ analyses, automata, readers, namingIssuer, acrossIssuers },
  }
  // What two grants both allow is part of each of them, for the same values.
  const declared = Object.entries(tenant.grants).filter(([, { intersectionOf }]) => !intersectionOf)
  const grants = declared.map(
    ([name, grant]): ProvenGrant => ({
      name,
      grant,
      sharedStatements: sharedStatements.get(name) ?? new Set(),
      issuers: issuersByReader(name, tenant),
    }),
  )
  return [...proveIsolation(attributes, grants, budget), ...findingsOfIntersections(tenant)]
}

/** The compile step has proved that each of these statements is within both grants. */
function findingsOfIntersections({ grants }: CompiledTenant): IsolationFinding[] {
  return Object.entries(grants).flatMap(([name, { intersectionOf, statements }]) =>
    intersectionOf === undefined
      ? []
      : statements.flatMap(({ Effect, Sid }, index): IsolationFinding[] =>
          Effect === 'Deny'
            ? []
            : [
                {
                  grant: name,
                  path: ['grants', name, 'policy', index],
                  label: Sid ?? `statement ${index + 1}`,
                  slots: [],
                  verdict: 'inside-both',
                },
              ],
        ),
  )
}

/** Issuers whose callers can get a grant that uses the attribute. */
function issuersReading(attribute: string, tenant: CompiledTenant): string[] {
  const using = Object.entries(tenant.grants).filter(([, grant]) =>
    slotsOf(JSON.stringify(grant)).includes(attribute),
  )
  return [
    ...new Set([...issuersOf(tenant), ...using.flatMap(([name]) => issuersOfGrant(name, tenant))]),
  ]
}

function issuersByReader(grant: string, tenant: CompiledTenant): IssuersByReader {
  const subject = issuersOfGrant(grant, tenant)
  const actor = actorIssuersOfGrant(grant, tenant)
  return { subject, actor, both: [...new Set([...subject, ...actor])] }
}

/** The values of an attribute that depends on one issuer alone, one for each issuer. */
function valuesByIssuer(
  { from }: CompiledAttribute,
  issuers: readonly string[],
): string[] | undefined {
  const party = readerOf(from)
  if (party === 'both' || !readsOnlyIssuer(from, party)) return undefined
  const values = issuers.map((issuer) => textForIssuer(from, issuer, party))
  return values.every((value) => value !== undefined) ? values : undefined
}

function oneOf(texts: readonly string[]): Automaton {
  return buildAutomaton({ kind: 'choice', options: texts.map(literalText) })
}
