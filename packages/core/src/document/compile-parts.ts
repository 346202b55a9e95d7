/** Compiles the parts of one tenant document, going on after each finding. */
import type {
  CompiledAttribute,
  CompiledGrant,
  CompiledIssuer,
  CompiledRule,
  CompiledTenant,
} from '../model/compiled-tenant.ts'
import { compileGrant } from './compile-grant.ts'
import { checkCel, checkOrigin, compileIssuer } from './compile-issuer.ts'
import type { Report } from './document-error.ts'
import { DEFAULT_PATTERN, type PatternFacts, readPattern } from './pattern.ts'
import { indexRules } from './rule-index.ts'
import { attributeSchema, grantSchema, issuerSchema, ruleSchema } from './schema.ts'
import { isRecord } from './shape.ts'
import type { Attributes } from './template-parts.ts'

/** Takes any value: what does not have its shape is left out, and has been reported by then. */
export function compileParts(value: unknown, report: Report): CompiledTenant | undefined {
  if (!isRecord(value)) return undefined
  const { attributes, facts } = compileAttributes(recordOf(value.attributes), report)
  const rules = compileRules(listOf(value.rules), Object.keys(recordOf(value.grants)), report)
  const ruleIndex = indexRules(rules)
  return {
    tenant: typeof value.tenant === 'string' ? value.tenant : '',
    issuers: compileIssuers(listOf(value.issuers), report),
    attributes,
    rules,
    ...(ruleIndex ? { ruleIndex } : {}),
    grants: compileGrants(recordOf(value.grants), facts, report),
    allowedOrigins: compileOrigins(listOf(value.allowedOrigins), report),
  }
}

function compileIssuers(items: readonly unknown[], report: Report): CompiledIssuer[] {
  const known = new Set<string>()
  return items.flatMap((item, index) => {
    const parsed = issuerSchema.safeParse(item)
    if (!parsed.success) return []
    if (known.has(parsed.data.issuer))
      report(
        ['issuers', index, 'issuer'],
        `${parsed.data.issuer} is listed twice`,
        'keep one entry an issuer',
      )
    known.add(parsed.data.issuer)
    return [compileIssuer(parsed.data, ['issuers', index], report)]
  })
}

function compileAttributes(items: Readonly<Record<string, unknown>>, report: Report) {
  const attributes: Record<string, CompiledAttribute> = {}
  const facts = new Map<string, PatternFacts | undefined>()
  for (const [name, item] of Object.entries(items)) {
    facts.set(name, undefined)
    const parsed = attributeSchema.safeParse(item)
    if (!parsed.success) continue
    const path = ['attributes', name]
    checkCel(parsed.data.from, 'string', [...path, 'from'], report)
    const pattern = readPattern(parsed.data.pattern ?? DEFAULT_PATTERN)
    if ('hint' in pattern) {
      report([...path, 'pattern'], pattern.message, pattern.hint)
      continue
    }
    facts.set(name, pattern)
    const { source, maxLength, separators } = pattern
    attributes[name] = { from: parsed.data.from, pattern: source, maxLength, separators }
  }
  return { attributes, facts }
}

function compileRules(
  items: readonly unknown[],
  grants: readonly string[],
  report: Report,
): CompiledRule[] {
  return items.flatMap((item, index) => {
    const parsed = ruleSchema.safeParse(item)
    if (!parsed.success) return []
    const { name, when, grant } = parsed.data
    if (when !== undefined) checkCel(when, 'bool', ['rules', index, 'when'], report)
    if (!grants.includes(grant))
      report(
        ['rules', index, 'grant'],
        `the grant ${grant} does not exist`,
        grants.length === 0
          ? 'declare it under grants'
          : `declare it, or take one of: ${grants.join(', ')}`,
      )
    return [{ name, ...(when === undefined ? {} : { when }), grant }]
  })
}

function compileGrants(
  items: Readonly<Record<string, unknown>>,
  attributes: Attributes,
  report: Report,
) {
  const grants: Record<string, CompiledGrant> = {}
  for (const [name, item] of Object.entries(items)) {
    const parsed = grantSchema.safeParse(item)
    if (parsed.success)
      grants[name] = compileGrant(parsed.data, ['grants', name], attributes, report)
  }
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
  return isRecord(value) && !Array.isArray(value) ? value : {}
}
