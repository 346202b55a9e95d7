/** Compiles the rules of a tenant document, and separates the deny rules from the others. */
import { mentionsActor } from '../expression/actor-conditions.ts'
import type { CompiledDenyRule, CompiledRule } from '../model/compiled-tenant.ts'
import type { Report } from './document-problem.ts'
import { checkCel } from './field-values.ts'
import { ruleSchema } from './schema.ts'

/** @param grants the names of the declared grants */
export function compileRules(
  items: readonly unknown[],
  grants: readonly string[],
  report: Report,
): { readonly rules: CompiledRule[]; readonly denyRules: CompiledDenyRule[] } {
  const rules: CompiledRule[] = []
  const denyRules: CompiledDenyRule[] = []
  const alternatives = grants.length === 0 ? '' : `, or use one of: ${grants.join(', ')}`
  for (const [index, item] of items.entries()) {
    const parsed = ruleSchema.safeParse(item)
    if (!parsed.success) continue
    const { name, when, grant, deny } = parsed.data
    if (when !== undefined) checkCel(when, 'bool', ['rules', index, 'when'], report)
    const path = ['rules', index, 'grant']
    if (grant !== undefined && !grants.includes(grant))
      report(path, `the grant ${grant} is not declared`, `declare it under grants${alternatives}`)
    if (grant === undefined && deny !== true)
      report(path, 'the rule has no grant', 'write grant: NAME, or deny: true to refuse callers')
    const rule = {
      name,
      ...(when === undefined ? {} : { when }),
      ...(when !== undefined && mentionsActor(when) ? { mentionsActor: true as const } : {}),
    }
    if (deny) denyRules.push({ ...rule, ...(grant === undefined ? {} : { grant }) })
    else rules.push({ ...rule, grant: grant ?? '' })
  }
  return { rules, denyRules }
}
