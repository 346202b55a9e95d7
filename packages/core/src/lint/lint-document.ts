/** Runs every rule of the lint on one tenant document. */
import { expandIssuer } from '../document/issuers/expand-preset.ts'
import { readDocument } from '../document/read-document.ts'
import { type TenantDocument, tenantSchema } from '../document/schema.ts'
import { formatPath } from '../model/value-path.ts'
import { checkActions } from './check-actions.ts'
import { checkClaimTypes } from './check-claim-types.ts'
import { checkCognitoVariables } from './check-cognito-variables.ts'
import { checkConditionKeys } from './check-condition-keys.ts'
import { checkConditions } from './check-conditions.ts'
import { checkDelegation } from './check-delegation.ts'
import { checkEmails } from './check-emails.ts'
import { checkGrants } from './check-grants.ts'
import { checkGuestSlots } from './check-guest-slots.ts'
import { checkAudiences, checkOrigins } from './check-issuers.ts'
import { checkLimits } from './check-limits.ts'
import { checkMqttWildcards } from './check-mqtt.ts'
import { checkPlaceholders } from './check-placeholders.ts'
import { checkResourceTypes } from './check-resource-types.ts'
import { checkRulesWithoutCondition, checkUnreachableRules } from './check-rules.ts'
import { checkSamlAttributes } from './check-saml-attributes.ts'
import { checkTagCharacters } from './check-tag-characters.ts'
import { FINDING_LEVELS, type Finding, type FindingLevel } from './finding.ts'
import type { IamCatalogue } from './iam-catalogue.ts'
import type { LintedDocument, LintRule } from './lint-context.ts'
import { lintedAttributes } from './linted-attributes.ts'

const RULES: readonly LintRule[] = [
  checkActions,
  checkResourceTypes,
  checkConditionKeys,
  checkConditions,
  checkCognitoVariables,
  checkMqttWildcards,
  checkTagCharacters,
  checkPlaceholders,
  checkAudiences,
  checkOrigins,
  checkEmails,
  checkClaimTypes,
  checkSamlAttributes,
  checkRulesWithoutCondition,
  checkUnreachableRules,
  checkDelegation,
  checkLimits,
  checkGuestSlots,
  checkGrants,
]

/** Nobody corrects more at a time. */
const MAX_FINDINGS = 100

/**
 * Slow: it reads the document a second time, for the places of its values.
 *
 * @param document.text nothing is reported where the schema does not accept it
 * @returns at most 100, errors rather than warnings, in the order of the document
 */
export function lintDocument(
  { file, text }: { readonly file: string; readonly text: string },
  catalogue: IamCatalogue,
): Finding[] {
  const { value, locate } = readDocument(text)
  const parsed = tenantSchema.safeParse(value)
  if (!parsed.success) return []
  const issuers = expandedIssuers(parsed.data)
  if (issuers === undefined) return []
  const context = {
    document: { ...parsed.data, issuers },
    attributes: lintedAttributes(parsed.data),
    catalogue,
  }
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

/** Undefined where one has no name, which the compile step reports. */
function expandedIssuers({ issuers }: TenantDocument): LintedDocument['issuers'] | undefined {
  const expanded = issuers.map((issuer) => expandIssuer(issuer, [], () => {}))
  const named = expanded.filter((issuer) => issuer !== undefined)
  return named.length === issuers.length ? named : undefined
}

function withLevel(findings: readonly Finding[], level: FindingLevel): Finding[] {
  return findings.filter((finding) => finding.level === level)
}
