/** Compiles the parts of one tenant document, and continues after each problem. */
import type { ClaimTypes } from '../expression/check-expression.ts'
import type { CompiledAttribute, CompiledGrant, CompiledTenant } from '../model/compiled-tenant.ts'
import { isBuiltIn } from '../model/names.ts'
import { isObject } from '../model/strict-json.ts'
import { type AcceptedBoundaries, checkCreatedRoles } from './check-created-role.ts'
import { checkPassedThrough } from './check-passed-through.ts'
import { checkReachable } from './check-reachable.ts'
import { compileGrant } from './compile-grant.ts'
import { compileLimits } from './compile-limits.ts'
import { compileRules } from './compile-rules.ts'
import type { DocumentPath, Report } from './document-problem.ts'
import { checkCel, checkOrigin } from './field-values.ts'
import { indexRules } from './index-rules.ts'
import { compileIntersections } from './intersection/compile-intersections.ts'
import { type Declarations, proveDocument } from './isolation/prove-document.ts'
import type { IsolationFinding } from './isolation/prove-isolation.ts'
import { reportFinding } from './isolation/report-isolation.ts'
import { compileIssuers } from './issuers/compile-issuers.ts'
import { knownClaims } from './known-claims.ts'
import { DEFAULT_PATTERN, type PatternAnalysis, readPattern } from './pattern/read-pattern.ts'
import { builtInValues, checkBuiltInSlots } from './pools/built-in-slots.ts'
import { checkPoolGrants } from './pools/check-pool-grants.ts'
import { compilePools } from './pools/compile-pools.ts'
import { describeSharedPool, findSharedPools } from './pools/shared-pools.ts'
import { compileRecordedPaths } from './recorded-paths.ts'
import { attributeSchema, grantSchema } from './schema.ts'
import { describeSharedRelease, findSharedReleases } from './shared-releases.ts'
import type { DeclaredAttributes } from './template/parse-template.ts'

/** Accepts any value. Parts of the wrong shape are skipped: the shape check reports them. */
export function compileDocument(
  value: unknown,
  boundaries: AcceptedBoundaries,
  reportProblem: Report,
): { tenant: CompiledTenant; isolation: readonly IsolationFinding[] } | undefined {
  if (!isObject(value)) return undefined
  const reported: DocumentPath[] = []
  const report: Report = (...problem) => {
    reported.push(problem[0])
    reportProblem(...problem)
  }
  const id = typeof value.tenant === 'string' ? value.tenant : ''
  const { issuers, opaqueIssuers } = compileIssuers(listOf(value.issuers), id, report)
  const issuerNames = [...issuers.map(({ profile }) => profile), ...opaqueIssuers].map(
    ({ issuer }) => issuer,
  )
  const areAllJwt = issuers.length === listOf(value.issuers).length
  const claims = knownClaims(issuers, !areAllJwt || value.identityPools !== undefined)
  const { attributes, analyses: own } = compileAttributes(
    recordOf(value.attributes),
    issuerNames,
    claims,
    report,
  )
  // Of a part that cannot be read, the shape check reports that alone.
  const grantNames = isObject(value.grants) ? Object.keys(value.grants) : undefined
  const { rules, denyRules, intersections } = compileRules(
    listOf(value.rules),
    { grants: grantNames, claims },
    report,
  )
  const ruleIndex = indexRules(rules)
  const pools = compilePools(listOf(value.identityPools), id, issuerNames, report)
  const analyses = new Map([...own, ...builtInValues(pools)])
  const grants = compileGrants(recordOf(value.grants), analyses, boundaries, report)
  // Of grants with errors, what they have in common would be wrong too.
  const both =
    reported.length === 0 ? compileIntersections(intersections, grants, analyses, report) : {}
  const decided = {
    tenant: id,
    issuers,
    ...(opaqueIssuers.length > 0 ? { opaqueIssuers } : {}),
    attributes,
    rules,
    ...(denyRules.length > 0 ? { denyRules } : {}),
    ...(ruleIndex ? { ruleIndex } : {}),
    grants: { ...grants, ...both },
    ...(pools.length > 0 ? { identityPools: pools.map(({ pool }) => pool) } : {}),
    allowedOrigins: compileOrigins(listOf(value.allowedOrigins), report),
  }
  const limits = compileLimits(value.limits, report)
  const isRecorded = value.recordInputs === 'used-claims'
  const tenant: CompiledTenant = {
    ...decided,
    ...(isRecorded ? { recordInputs: compileRecordedPaths(decided, report) } : {}),
    ...(limits ? { limits } : {}),
  }
  checkPassedThrough(tenant, report)
  checkPoolGrants(pools, tenant, report)
  checkReachable(value, pools, report)
  checkBuiltInSlots(grants, report)
  for (const shared of findSharedReleases([tenant])) {
    const { message, hint } = describeSharedRelease(shared)
    report(['grants', shared.grant, shared.field], message, hint)
  }
  for (const shared of findSharedPools([tenant])) {
    const { message, hint } = describeSharedPool(shared)
    report(['identityPools', shared.index, ...shared.field], message, hint)
  }
  const isolation = proveDocument(tenant, declarationsOf(value, analyses))
  // Nothing can be decided with a pattern that has an error, which is reported already.
  const areAllKnown = [...analyses.values()].every((analysis) => analysis !== undefined)
  for (const finding of isolation)
    if ((areAllKnown || finding.verdict !== 'undecided') && !isOfBroken(finding, reported))
      reportFinding(finding, report)
  return { tenant, isolation }
}

/** What a statement with an error reaches follows from that error, for each that it meets too. */
function isOfBroken({ path, other }: IsolationFinding, reported: readonly DocumentPath[]): boolean {
  const places = other ? [path, other.path] : [path]
  return places.some((place) =>
    reported.some((one) => place.every((key, index) => one[index] === key)),
  )
}

/** What is declared for the proof alone. */
function declarationsOf(
  value: Readonly<Record<string, unknown>>,
  analyses: DeclaredAttributes,
): Declarations {
  const attributes = Object.entries(recordOf(value.attributes))
  const grants = Object.entries(recordOf(value.grants))
  return {
    analyses,
    acrossIssuers: new Set(
      attributes.flatMap(([name, item]) => (recordOf(item).acrossIssuers === true ? [name] : [])),
    ),
    sharedStatements: new Map(
      grants.map(([name, item]) => {
        const statements = listOf(recordOf(item).policy).map(recordOf)
        const shared = statements.flatMap((one, index) => (one.shared === true ? [index] : []))
        return [name, new Set(shared)]
      }),
    ),
  }
}

function compileAttributes(
  items: Readonly<Record<string, unknown>>,
  issuers: readonly string[],
  claims: ClaimTypes,
  report: Report,
) {
  const attributes: Record<string, CompiledAttribute> = {}
  const analyses = new Map<string, PatternAnalysis | undefined>()
  for (const [name, item] of Object.entries(items)) {
    analyses.set(name, undefined)
    const parsed = attributeSchema.safeParse(item)
    if (!parsed.success) continue
    const path = ['attributes', name]
    if (isBuiltIn(name))
      report(
        path,
        `${name} is the name of a built-in value`,
        `use another name; {{${name}}} needs no attribute`,
      )
    checkCel(parsed.data.from, 'string', [...path, 'from'], report, claims)
    const pattern = readPattern(parsed.data.pattern ?? DEFAULT_PATTERN)
    if ('hint' in pattern) {
      report([...path, 'pattern'], pattern.message, pattern.hint)
      continue
    }
    analyses.set(name, pattern)
    const { from, issuer } = parsed.data
    if (issuer !== undefined && !issuers.includes(issuer))
      report(
        [...path, 'issuer'],
        `${issuer} is not an issuer of this tenant`,
        `write one of: ${issuers.join(', ')}`,
      )
    const { source, maxLength, separators } = pattern
    attributes[name] = {
      from,
      pattern: source,
      maxLength,
      separators,
      ...(issuer === undefined ? {} : { issuer }),
    }
  }
  return { attributes, analyses }
}

function compileGrants(
  items: Readonly<Record<string, unknown>>,
  attributes: DeclaredAttributes,
  boundaries: AcceptedBoundaries,
  report: Report,
) {
  const grants: Record<string, CompiledGrant> = {}
  for (const [name, item] of Object.entries(items)) {
    const parsed = grantSchema.safeParse(item)
    if (parsed.success)
      grants[name] = compileGrant(parsed.data, ['grants', name], attributes, boundaries, report)
  }
  checkCreatedRoles(grants, report)
  return grants
}

function compileOrigins(items: readonly unknown[], report: Report): string[] {
  const origins = items.filter((item) => typeof item === 'string')
  for (const [index, origin] of origins.entries())
    checkOrigin(origin, ['allowedOrigins', index], report)
  return [...new Set(origins)]
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? value : {}
}
