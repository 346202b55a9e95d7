/** Which callers reach more or fewer grants by a change of the rules. */
import type { CompiledDenyRule, CompiledRule, CompiledTenant } from '../../model/compiled-tenant.ts'
import { compareConditions, compareOthers, opposite, type TenantChange } from './document-change.ts'

/**
 * A caller may request any grant to which a rule leads that passes. So rules add grants to callers,
 * and their order only decides which grant is the default.
 */
export function compareRules(before: CompiledTenant, after: CompiledTenant): TenantChange[] {
  const changes = compareNamed(before.rules, after.rules, compareRule, describe)
  const denies = compareNamed(
    before.denyRules ?? [],
    after.denyRules ?? [],
    compareDenyRule,
    describe,
  )
  const order = (rules: readonly CompiledRule[], among: readonly CompiledRule[]) =>
    rules.map(({ name }) => name).filter((name) => among.some((rule) => rule.name === name))
  const isReordered =
    String(order(before.rules, after.rules)) !== String(order(after.rules, before.rules))
  return [
    ...changes,
    ...denies.map((change) => ({ ...change, effect: opposite(change.effect) })),
    ...(isReordered
      ? [
          {
            part: 'rules',
            effect: 'neutral',
            what: 'their order, and with it default grants',
          } as const,
        ]
      : []),
  ]
}

function compareNamed<Rule extends { readonly name: string }>(
  before: readonly Rule[],
  after: readonly Rule[],
  compare: (part: string, before: Rule, after: Rule) => TenantChange[],
  describe: (rule: Rule) => string,
): TenantChange[] {
  const names = new Set([...before, ...after].map(({ name }) => name))
  return [...names].flatMap((name): TenantChange[] => {
    const part = `rule ${name}`
    const old = before.filter((rule) => rule.name === name)
    const now = after.filter((rule) => rule.name === name)
    if (old.length > 1 || now.length > 1) return compareOthers(part, old, now)
    const [oldRule, newRule] = [old[0], now[0]]
    if (oldRule && newRule) return compare(part, oldRule, newRule)
    return [
      ...now.map((rule): TenantChange => ({ part, effect: 'gain', what: describe(rule) })),
      ...old.map((rule): TenantChange => ({ part, effect: 'loss', what: describe(rule) })),
    ]
  })
}

function describe(rule: CompiledRule | CompiledDenyRule): string {
  const who = rule.when === undefined ? 'all callers' : `callers for whom ${rule.when}`
  return rule.grant === undefined
    ? `${who}, for every grant`
    : `${who}, for the grant ${rule.grant}`
}

function compareRule(part: string, before: CompiledRule, after: CompiledRule): TenantChange[] {
  const changes = [
    ...compareConditions(part, before.when, after.when),
    ...compareMentions(part, before, after),
  ]
  if (before.grant === after.grant) return changes
  return [
    ...changes,
    { part, effect: 'gain', what: `the grant ${after.grant}` },
    { part, effect: 'loss', what: `the grant ${before.grant}` },
  ]
}

/** A condition that is added is a gain for actors where it is the first to mention them. */
function compareMentions(part: string, before: CompiledRule, after: CompiledRule): TenantChange[] {
  if (before.mentionsActor === after.mentionsActor) return []
  const what = 'requests in which an actor acts for the subject'
  return [{ part, effect: after.mentionsActor ? 'gain' : 'loss', what }]
}

/** In the direction of other rules: the caller turns gains and losses round. */
function compareDenyRule(
  part: string,
  before: CompiledDenyRule,
  after: CompiledDenyRule,
): TenantChange[] {
  const gives = (rule: CompiledDenyRule) => rule.mentionsActor && rule.grant
  const isOfActors = Boolean(gives(before)) !== Boolean(gives(after))
  const changes = [
    ...compareConditions(part, before.when, after.when),
    ...(isOfActors
      ? [{ part, effect: 'unknown', what: 'whether actors get its grant' } as const]
      : []),
  ]
  if (before.grant === after.grant) return changes
  const what = `its grant changes from ${before.grant ?? 'none'} to ${after.grant ?? 'none'}`
  const effect =
    before.grant === undefined ? 'loss' : after.grant === undefined ? 'gain' : 'unknown'
  return [...changes, { part, effect, what }]
}
