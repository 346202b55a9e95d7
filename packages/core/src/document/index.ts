/** The compile step: turns the text of tenant documents into immutable values or errors. */
import type { CompiledTenant } from '../model/compiled-tenant.ts'
import { formatPath } from '../model/value-path.ts'
import type { AcceptedBoundaries } from './check-created-role.ts'
import { checkPlainConditionValues } from './check-plain-condition-values.ts'
import { checkShape } from './check-shape.ts'
import { type CompiledFile, combineFiles } from './combine-files.ts'
import { compileDocument } from './compile-document.ts'
import type { Problem, Report, TenantDocumentError } from './document-problem.ts'
import { certify } from './isolation/certificate.ts'
import type { IsolationFinding } from './isolation/prove-isolation.ts'
import { placedError } from './placed-error.ts'
import { type ReadDocument, readDocument } from './read-document.ts'

export { formatPath } from '../model/value-path.ts'
export { type Annotation, annotateDocument } from './annotate-document.ts'
export { describeConflict, ownershipHint } from './check-ownership.ts'
export { type CompiledFile, combineFiles } from './combine-files.ts'
export { compareTenants } from './compare/compare-tenants.ts'
export type { Change } from './compare/document-change.ts'
export { formatError, type Place, type TenantDocumentError } from './document-problem.ts'
export { isCandidateFile, isDocumentFile, isRuleTestsFile } from './file-names.ts'
export type { MeetingExample } from './isolation/example.ts'
export type { IsolationFinding, Verdict } from './isolation/prove-isolation.ts'
export { PRESETS, presetOf } from './issuers/presets/all-presets.ts'
export type { IssuerForm, Preset } from './issuers/presets/preset.ts'
export { namedSecrets } from './named-secrets.ts'
export { describeSharedPool, findSharedPools } from './pools/shared-pools.ts'
export {
  type RenderedProblem,
  renderErrors,
  renderProblems,
  sourceTexts,
} from './render-problem.ts'
export {
  type Claims,
  type ExpectedDecision,
  type RuleTest,
  type RuleTests,
  readRuleTests,
  type StatedAwsRequest,
} from './rule-tests/read-rule-tests.ts'
export { separatingCondition, whyNotSeparated } from './separating-condition.ts'
export { findSharedReleases, type SharedRelease } from './shared-releases.ts'
export { writeDocument } from './write-document.ts'
export { tenantsFile, trustsByIssuer } from './write-tenants-file.ts'

/** Nobody fixes more at a time, and locating 100,000 errors in the file would take minutes. */
const MAX_ERRORS = 100

interface CompileResult {
  readonly tenant?: CompiledTenant
  readonly isolation: readonly IsolationFinding[]
  readonly errors: TenantDocumentError[]
  readonly locate: ReadDocument['locate']
}

export interface CompileOptions {
  /**
   * ARNs of the policies that documents may name as the permissions boundary of a created role.
   * Default: each policy of the role's own account, and none of AWS.
   */
  readonly permissionsBoundaries?: AcceptedBoundaries
  /** Whether candidates are documents like all others. Never for a deployment. */
  readonly candidatesAsDocuments?: boolean
}

/** Compiles one document. Where there is any error, there is no tenant. */
export function compileTenant(
  text: string,
  file: string,
  options: CompileOptions = {},
): { tenant?: CompiledTenant; errors: TenantDocumentError[] } {
  const { tenant, errors } = compile(text, file, options)
  return tenant === undefined ? { errors } : { tenant, errors }
}

/**
 * Compiles one document, and returns what was proved of it: for each statement that allows
 * something and each session tag, whether callers with different values can reach one text.
 */
export function proveTenant(
  text: string,
  file: string,
  options: CompileOptions = {},
): { isolation: readonly IsolationFinding[]; errors: TenantDocumentError[] } {
  const { isolation, errors } = compile(text, file, options)
  return { isolation, errors }
}

/**
 * Compiles all documents of a deployment, in which each tenant id may be used once, and each
 * audience of an issuer belongs to one tenant unless `member` separates them. A candidate, which
 * its file name marks, becomes a part of the tenant that it is to change.
 */
export function compileTenants(
  files: readonly { readonly file: string; readonly text: string }[],
  options: CompileOptions = {},
): {
  tenants: CompiledTenant[]
  errors: TenantDocumentError[]
} {
  return combineFiles(
    files.map((file) => compileFile(file, options)),
    options,
  )
}

/** Compiles one file of several, which {@link combineFiles} then checks together. */
export function compileFile(
  { file, text }: { readonly file: string; readonly text: string },
  options: CompileOptions = {},
): CompiledFile {
  const { tenant, errors, locate } = compile(text, file, options)
  return { file, errors, locate, ...(tenant === undefined ? {} : { tenant }) }
}

function compile(text: string, file: string, options: CompileOptions): CompileResult {
  const document = readDocument(text)
  const problems: Problem[] = document.problems.slice(0, MAX_ERRORS)
  const report: Report = (path, message, hint, details) => {
    if (problems.length < MAX_ERRORS) problems.push({ path, message, hint, ...details })
  }
  let compiled: ReturnType<typeof compileDocument>
  if (document.value !== undefined) {
    const shape = checkShape(document.value, document.plainValues, report)
    const misread = checkPlainConditionValues(document.plainValues, report)
    compiled = compileDocument(shape.value, options.permissionsBoundaries, (path, ...problem) => {
      const written = shape.writtenPath(path)
      // What else is wrong with such a value follows from that.
      if (!misread.has(formatPath(written))) report(written, ...problem)
    })
  }
  const { locate } = document
  const isolation = compiled?.isolation ?? []
  if (problems.length === 0 && compiled !== undefined) {
    const tenant = { ...compiled.tenant, certificate: certify(text, isolation) }
    return { tenant, isolation, errors: [], locate }
  }
  const errors = problems.map((problem) => placedError(problem, file, document))
  return {
    isolation,
    errors: errors.filter((error, index) => errors.findIndex((e) => isSame(e, error)) === index),
    locate,
  }
}

function isSame(a: TenantDocumentError, b: TenantDocumentError): boolean {
  return a.path === b.path && a.message === b.message
}
