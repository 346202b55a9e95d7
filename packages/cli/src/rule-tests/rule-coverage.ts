/** Which rules, grants and statements of the documents the rule tests reach. */
import type { CompiledGrant, CompiledTenant } from '@token-broker/core'
import { decidingRule } from './deciding-rule.ts'
import type { FileResult, TestResult } from './run-rule-tests.ts'

type CoveredKind = 'rules' | 'grants' | 'statements'

/** Names are `TENANT: NAME`. */
export interface Coverage {
  readonly all: readonly string[]
  readonly missing: readonly string[]
}

/**
 * A rule is reached by a test that it decides, a grant by a test that gets its session, and a
 * statement by a request to AWS (`can`, `cannot`) that it decides.
 */
export function coverageOf(files: readonly FileResult[]): Readonly<Record<CoveredKind, Coverage>> {
  const all = { rules: new Set<string>(), grants: new Set<string>(), statements: new Set<string>() }
  const reached = new Set<string>()
  for (const { tenants, results } of files) {
    for (const tenant of tenants) {
      for (const name of namesOfRules(tenant)) all.rules.add(`${tenant.tenant}: ${name}`)
      for (const [name, grant] of ownGrants(tenant)) {
        all.grants.add(`${tenant.tenant}: ${name}`)
        for (const statement of namesOfStatements(grant))
          all.statements.add(`${tenant.tenant}: ${name}, ${statement}`)
      }
    }
    for (const result of results) for (const name of reachedBy(result, tenants)) reached.add(name)
  }
  const coverage = (names: ReadonlySet<string>) => ({
    all: [...names],
    missing: [...names].filter((name) => !reached.has(name)),
  })
  return {
    rules: coverage(all.rules),
    grants: coverage(all.grants),
    statements: coverage(all.statements),
  }
}

function namesOfRules({ rules, denyRules = [] }: CompiledTenant): string[] {
  return [...denyRules, ...rules].map(({ name }) => name)
}

/** A grant that is what two grants allow has no name in the document. */
function ownGrants({ grants }: CompiledTenant): [string, CompiledGrant][] {
  return Object.entries(grants).filter(([, grant]) => grant.intersectionOf === undefined)
}

function namesOfStatements({ statements }: Pick<CompiledGrant, 'statements'>): string[] {
  return statements.map(({ Sid }, index) => Sid ?? `statement ${index + 1}`)
}

function reachedBy(
  { decision, decisive }: TestResult,
  tenants: readonly CompiledTenant[],
): readonly string[] {
  const { grant = '', plan, refusal } = decision
  const rule = decidingRule(decision)
  const tenant = tenants.find((one) => one.tenant === decision.tenant)
  if (tenant === undefined) return []
  const ruled = rule === undefined ? [] : [`${tenant.tenant}: ${rule}`]
  if (refusal || plan === undefined) return ruled
  const names = [grant, ...(tenant.grants[grant]?.intersectionOf ?? [])]
  // A session has the statements of its grant in the same order, and may lack some.
  const rendered = plan.sessionPolicy.Statement
  const statements = namesOfStatements(tenant.grants[grant] ?? { statements: [] })
  const nameAt = (index: number) =>
    rendered[index]?.Sid ?? (rendered.length === statements.length ? statements[index] : undefined)
  const decided = [...decisive].flatMap((index) => nameAt(index) ?? [])
  return [
    ...ruled,
    ...names.map((name) => `${tenant.tenant}: ${name}`),
    ...decided.map((statement) => `${tenant.tenant}: ${grant}, ${statement}`),
  ]
}
