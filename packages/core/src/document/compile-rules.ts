/** Compiles the rules of a tenant document, and separates the deny rules from the others. */
import { mentionsActor } from '../expression/actor-conditions.ts'
import type { ClaimTypes } from '../expression/check-expression.ts'
import type { CompiledDenyRule, CompiledRule } from '../model/compiled-tenant.ts'
import { INTERSECTION_MARK } from '../model/names.ts'
import type { DocumentPath, Report } from './document-problem.ts'
import { checkCel } from './field-values.ts'
import { listAlternatives, similarNameHint } from './hints/alternatives.ts'
import type { WantedIntersection } from './intersection/compile-intersections.ts'
import { type RuleDocument, ruleSchema } from './schema.ts'

interface CompiledRules {
  readonly rules: CompiledRule[]
  readonly denyRules: CompiledDenyRule[]
  /** In the order of the rules; several rules may want the same one. */
  readonly intersections: WantedIntersection[]
}

/** What the rules of a document may name. */
interface KnownNames {
  /** Of the declared grants; undefined where they cannot be read. */
  readonly grants: readonly string[] | undefined
  readonly claims: ClaimTypes
}

export function compileRules(
  items: readonly unknown[],
  { grants, claims }: KnownNames,
  report: Report,
): CompiledRules {
  const compiled: CompiledRules = { rules: [], denyRules: [], intersections: [] }
  for (const [index, item] of items.entries()) {
    const parsed = ruleSchema.safeParse(item)
    if (!parsed.success) continue
    const path = ['rules', index]
    const { name, when, deny } = parsed.data
    if (when !== undefined) checkCel(when, 'bool', [...path, 'when'], report, claims)
    checkGrantNames(parsed.data, grants, path, report)
    const grant = ruledGrant(parsed.data)
    if (grant === undefined && deny !== true)
      report(
        [...path, 'grant'],
        'the rule has no grant',
        'write grant: NAME, or deny: true to refuse callers',
      )
    const rule = {
      name,
      ...(when === undefined ? {} : { when }),
      ...(when !== undefined && mentionsActor(when) ? { mentionsActor: true as const } : {}),
    }
    if (deny) compiled.denyRules.push({ ...rule, ...(grant === undefined ? {} : { grant }) })
    else compiled.rules.push({ ...rule, grant: grant ?? '' })
    const [first, second] = parsed.data.grants ?? []
    if (grant !== undefined && first !== undefined && second !== undefined)
      compiled.intersections.push({
        name: grant,
        grants: [first, second],
        path: [...path, 'grants'],
      })
  }
  return compiled
}

/** The name of the grant to which a rule leads; of two grants, the name of what both allow. */
export function ruledGrant({ grant, grants }: RuleDocument): string | undefined {
  return grants === undefined ? grant : grants.join(INTERSECTION_MARK)
}

/** The grants of the document that the rule names. */
export function grantsOfRule({ grant, grants = [] }: RuleDocument): readonly string[] {
  return grant === undefined ? grants : [grant, ...grants]
}

function checkGrantNames(
  { grant, grants }: RuleDocument,
  declared: readonly string[] | undefined,
  path: DocumentPath,
  report: Report,
): void {
  const check = (name: string, at: DocumentPath) => {
    if (declared !== undefined && !declared.includes(name))
      report(
        at,
        `the grant ${name} is not declared`,
        `${similarNameHint(name, declared)}declare it under grants${listAlternatives(declared)}`,
        { id: 'undeclared-name' },
      )
  }
  if (grant !== undefined) check(grant, [...path, 'grant'])
  for (const [index, name] of (grants ?? []).entries()) check(name, [...path, 'grants', index])
  if (grant !== undefined && grants !== undefined)
    report(
      [...path, 'grants'],
      'grant and grants are mutually exclusive',
      'write grant: NAME, or grants with the two of which callers get what both allow',
    )
  if (grants?.[0] !== undefined && grants[0] === grants[1])
    report(
      [...path, 'grants'],
      `both grants are ${grants[0]}`,
      `write grant: ${grants[0]}, or two different grants`,
    )
}
