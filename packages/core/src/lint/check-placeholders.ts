/** Finds placeholders of a template or a documentation that were not replaced. */
import type { DocumentPath } from '../document/document-problem.ts'
import { SLOT_PATTERN } from '../policy/template.ts'
import { audiencesOf } from './check-issuers.ts'
import type { ReportFinding } from './finding.ts'
import {
  conditionTextsOf,
  type LintContext,
  type LintedText,
  type LintRule,
  lintedConditions,
  lintedStatements,
  textsOf,
} from './lint-context.ts'

/** `{tenantid}` in an address of Entra ID's documentation, `{depot}` for `{{depot}}`. */
const PLACEHOLDER = /\{[A-Za-z][\w-]*\}/
const ANGLE_PLACEHOLDER = /<[A-Za-z][\w -]*>/
const OUR_SYNTAX = new RegExp(`${SLOT_PATTERN}|\\$\\{[^}]*\\}`, 'g')

export const checkPlaceholders: LintRule = (context, report) => {
  const { document } = context
  const addresses = document.issuers.flatMap(({ issuer, verify }, index) => {
    const path = ['issuers', index]
    const jwksUri = verify && 'jwksUri' in verify ? verify.jwksUri : undefined
    return [
      { text: issuer, path: [...path, 'issuer'] },
      ...(jwksUri === undefined ? [] : [{ text: jwksUri, path: [...path, 'verify', 'jwksUri'] }]),
    ]
  })
  const origins = (document.allowedOrigins ?? []).map((text, index) => ({
    text,
    path: ['allowedOrigins', index],
  }))
  for (const { text, path } of [...addresses, ...audiencesOf(document), ...origins])
    reportPlaceholder(text, path, 'write your own value in its place', report)
  const declared = Object.keys(document.attributes ?? {})
  for (const { text, path } of policyTextsOf(context)) {
    const name = PLACEHOLDER.exec(text.replaceAll(OUR_SYNTAX, ''))?.[0].slice(1, -1) ?? ''
    const hint = declared.includes(name)
      ? `write {{${name}}}`
      : `declare an attribute and write {{${name}}}, or write your own value in its place`
    reportPlaceholder(text, path, hint, report)
  }
}

function reportPlaceholder(
  text: string,
  path: DocumentPath,
  hint: string,
  report: ReportFinding,
): void {
  const rest = text.replaceAll(OUR_SYNTAX, '')
  const found = PLACEHOLDER.exec(rest) ?? ANGLE_PLACEHOLDER.exec(rest)
  if (found) report('placeholder', path, `${found[0]} is used as it is written`, hint)
}

function policyTextsOf(context: LintContext): LintedText[] {
  return lintedStatements(context).flatMap((linted) => [
    ...textsOf(linted, ['Resource', 'NotResource']),
    ...lintedConditions(linted).flatMap(conditionTextsOf),
  ])
}
