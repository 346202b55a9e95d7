/** Compiles the parts of one tenant document, and continues after each problem. */
import type {
  CompiledAttribute,
  CompiledGrant,
  CompiledIssuer,
  CompiledTenant,
} from '../model/compiled-tenant.ts'
import { isObject } from '../model/strict-json.ts'
import { type AcceptedBoundaries, checkCreatedRoles } from './check-created-role.ts'
import { compileGrant } from './compile-grant.ts'
import { compileIssuer } from './compile-issuer.ts'
import { compileRules } from './compile-rules.ts'
import type { Report } from './document-problem.ts'
import { checkCel, checkOrigin } from './field-values.ts'
import { indexRules } from './index-rules.ts'
import { DEFAULT_PATTERN, type PatternAnalysis, readPattern } from './pattern/read-pattern.ts'
import { attributeSchema, grantSchema, issuerSchema } from './schema.ts'
import { describeSharedRelease, findSharedReleases } from './shared-releases.ts'
import type { DeclaredAttributes } from './template/parse-template.ts'

/** Accepts any value. Parts of the wrong shape are skipped: the shape check reports them. */
export function compileDocument(
  value: unknown,
  boundaries: AcceptedBoundaries,
  report: Report,
): CompiledTenant | undefined {
  if (!isObject(value)) return undefined
  const { attributes, analyses } = compileAttributes(recordOf(value.attributes), report)
  const grantNames = Object.keys(recordOf(value.grants))
  const { rules, denyRules } = compileRules(listOf(value.rules), grantNames, report)
  const ruleIndex = indexRules(rules)
  const compiled = {
    tenant: typeof value.tenant === 'string' ? value.tenant : '',
    issuers: compileIssuers(listOf(value.issuers), report),
    attributes,
    rules,
    ...(denyRules.length > 0 ? { denyRules } : {}),
    ...(ruleIndex ? { ruleIndex } : {}),
    grants: compileGrants(recordOf(value.grants), analyses, boundaries, report),
    allowedOrigins: compileOrigins(listOf(value.allowedOrigins), report),
  }
  for (const shared of findSharedReleases([compiled])) {
    const { message, hint } = describeSharedRelease(shared)
    report(['grants', shared.grant, shared.field], message, hint)
  }
  return compiled
}

function compileIssuers(items: readonly unknown[], report: Report): CompiledIssuer[] {
  const known = new Set<string>()
  return items.flatMap((item, index) => {
    const parsed = issuerSchema.safeParse(item)
    if (!parsed.success) return []
    const { issuer } = parsed.data
    const path = ['issuers', index]
    if (known.has(issuer))
      report([...path, 'issuer'], `duplicate issuer ${issuer}`, 'keep one entry per issuer')
    known.add(issuer)
    return [compileIssuer(parsed.data, path, report)]
  })
}

function compileAttributes(items: Readonly<Record<string, unknown>>, report: Report) {
  const attributes: Record<string, CompiledAttribute> = {}
  const analyses = new Map<string, PatternAnalysis | undefined>()
  for (const [name, item] of Object.entries(items)) {
    analyses.set(name, undefined)
    const parsed = attributeSchema.safeParse(item)
    if (!parsed.success) continue
    const path = ['attributes', name]
    checkCel(parsed.data.from, 'string', [...path, 'from'], report)
    const pattern = readPattern(parsed.data.pattern ?? DEFAULT_PATTERN)
    if ('hint' in pattern) {
      report([...path, 'pattern'], pattern.message, pattern.hint)
      continue
    }
    analyses.set(name, pattern)
    const { source, maxLength, separators } = pattern
    attributes[name] = { from: parsed.data.from, pattern: source, maxLength, separators }
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
