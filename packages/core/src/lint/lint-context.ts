/** What a rule of the lint reads, and the parts of a document that several rules visit. */
import type { DocumentPath } from '../document/document-problem.ts'
import type {
  GrantDocument,
  NamedIssuerDocument,
  StatementDocument,
  TenantDocument,
} from '../document/schema.ts'
import type { ReportFinding } from './finding.ts'
import type { IamCatalogue } from './iam-catalogue.ts'
import type { LintedAttribute } from './linted-attributes.ts'

/** As it is written, except that its issuers have the fields of their presets. */
export type LintedDocument = Omit<TenantDocument, 'issuers'> & {
  readonly issuers: readonly NamedIssuerDocument[]
}

export interface LintContext {
  readonly document: LintedDocument
  readonly attributes: ReadonlyMap<string, LintedAttribute>
  readonly catalogue: IamCatalogue
}

/**
 * Rules are pure. The document has the right shape, but may not compile; what the compile step
 * reports is not reported again.
 */
export type LintRule = (context: LintContext, report: ReportFinding) => void

export interface LintedStatement {
  readonly statement: StatementDocument
  readonly path: DocumentPath
  readonly grant: GrantDocument
}

export interface LintedText {
  readonly text: string
  readonly path: DocumentPath
}

export interface LintedCondition {
  /** As it is written, such as `ForAnyValue:StringLike`. */
  readonly operator: string
  readonly key: string
  readonly values: readonly {
    readonly value: string | number | boolean
    readonly path: DocumentPath
  }[]
  readonly path: DocumentPath
}

export function lintedStatements({ document }: LintContext): LintedStatement[] {
  return Object.entries(document.grants).flatMap(([name, grant]) =>
    (grant.policy ?? []).map((statement, index) => ({
      statement,
      path: ['grants', name, 'policy', index],
      grant,
    })),
  )
}

/** The texts of fields that may be one text or a list. */
export function textsOf(
  { statement, path }: Pick<LintedStatement, 'statement' | 'path'>,
  fields: readonly ('Action' | 'NotAction' | 'Resource' | 'NotResource')[],
): LintedText[] {
  return fields.flatMap((field) => {
    const value = statement[field]
    if (typeof value === 'string') return [{ text: value, path: [...path, field] }]
    return (value ?? []).map((text, index) => ({ text, path: [...path, field, index] }))
  })
}

export function lintedConditions({
  statement,
  path,
}: Pick<LintedStatement, 'statement' | 'path'>): LintedCondition[] {
  return Object.entries(statement.Condition ?? {}).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, value]) => {
      const here = [...path, 'Condition', operator, key]
      const values =
        typeof value === 'object'
          ? value.map((one, index) => ({ value: one, path: [...here, index] }))
          : [{ value, path: here }]
      return { operator, key, values, path: here }
    }),
  )
}

/** The values of a condition that are text. */
export function conditionTextsOf({ values }: LintedCondition): LintedText[] {
  return values.flatMap(({ value, path }) =>
    typeof value === 'string' ? [{ text: value, path }] : [],
  )
}
