/** Runs every rule of the lint on one valid tenant document. */
import { readDocument } from '../document/read-document.ts'
import { tenantSchema } from '../document/schema.ts'
import type { CompiledTenant } from '../model/compiled-tenant.ts'
import { formatPath } from '../model/value-path.ts'
import { checkActions } from './check-actions.ts'
import { checkConditionKeys } from './check-condition-keys.ts'
import { checkConditions } from './check-conditions.ts'
import { checkEmails } from './check-emails.ts'
import { checkGrants } from './check-grants.ts'
import { checkAudiences, checkOrigins } from './check-issuers.ts'
import { checkMqttWildcards } from './check-mqtt.ts'
import { checkPlaceholders } from './check-placeholders.ts'
import { checkResourceTypes } from './check-resource-types.ts'
import { checkRulesWithoutCondition, checkUnreachableRules } from './check-rules.ts'
import { checkTagCharacters } from './check-tag-characters.ts'
import { FINDING_LEVELS, type Finding, type FindingLevel } from './finding.ts'
import type { IamCatalogue } from './iam-catalogue.ts'
import type { LintRule } from './lint-context.ts'

const RULES: readonly LintRule[] = [
  checkActions,
  checkResourceTypes,
  checkConditionKeys,
  checkConditions,
  checkMqttWildcards,
  checkTagCharacters,
  checkPlaceholders,
  checkAudiences,
  checkOrigins,
  checkEmails,
  checkRulesWithoutCondition,
  checkUnreachableRules,
  checkGrants,
]

/** Nobody corrects more at a time. */
const MAX_FINDINGS = 100

/**
 * Slow: it reads the document a second time, for the places of its values.
 *
 * @param compiled.text of a document that compiles; of another, nothing is reported
 * @returns at most 100, errors rather than warnings, in the order of the document
 */
export function lintDocument(
  {
    file,
    text,
    tenant,
  }: { readonly file: string; readonly text: string; readonly tenant: CompiledTenant },
  catalogue: IamCatalogue,
): Finding[] {
  const { value, locate } = readDocument(text)
  const parsed = tenantSchema.safeParse(value)
  if (!parsed.success) return []
  const context = { document: parsed.data, tenant, catalogue }
  const findings: Finding[] = []
  for (const rule of RULES)
    rule(context, (id, path, message, hint) => {
      const place = locate(path)
      const level = FINDING_LEVELS[id]
      findings.push({ id, level, file, ...place, path: formatPath(path), message, hint })
    })
  return [...withLevel(findings, 'error'), ...withLevel(findings, 'warning')]
    .slice(0, MAX_FINDINGS)
    .sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0))
}

function withLevel(findings: readonly Finding[], level: FindingLevel): Finding[] {
  return findings.filter((finding) => finding.level === level)
}
