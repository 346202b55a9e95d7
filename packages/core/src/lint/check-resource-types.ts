/** Finds resources of no known type, and actions that do not support any resource beside them. */
import { findSimilar } from '../model/similar-words.ts'
import { ARN_SEGMENTS, parseRoleArn } from '../policy/arn.ts'
import { canBeOfForm, splitArn } from './arn-form.ts'
import { didYouMean, expandAction, type KnownAction } from './check-actions.ts'
import type { ReportFinding } from './finding.ts'
import type { IamCatalogue } from './iam-catalogue.ts'
import { type LintedText, type LintRule, lintedStatements, textsOf } from './lint-context.ts'

/** Forms of ARNs that one hint shows. */
const MAX_FORMS = 3

export const checkResourceTypes: LintRule = (context, report) => {
  const { catalogue } = context
  for (const linted of lintedStatements(context)) {
    const hasAccounts = parseRoleArn(linted.grant.role)?.account !== ''
    const resources = textsOf(linted, ['Resource'])
    const areKnown = [...resources, ...textsOf(linted, ['NotResource'])].map((resource) =>
      checkResourceType(resource, hasAccounts, catalogue, report),
    )
    // What is not known at all is not reported a second time.
    if (!areKnown.every(Boolean)) continue
    const supports = (action: KnownAction, resource: string) =>
      isAnyResource(resource) ||
      formsOf(action, catalogue).some((form) => canBeOfForm(resource, form, hasAccounts))
    checkSupport(textsOf(linted, ['Action']), resources, supports, report, catalogue)
  }
}

/** @returns whether the resource may be of some type */
function checkResourceType(
  { text, path }: LintedText,
  hasAccounts: boolean,
  catalogue: IamCatalogue,
  report: ReportFinding,
): boolean {
  const [, , service = '', , , resource] = splitArn(text)
  if (resource === undefined || /[*?{$]/.test(service)) return true
  const forms = catalogue.arnFormats.get(service)
  if (forms === undefined) {
    report(
      'unknown-resource-type',
      path,
      `no resource of AWS has an ARN of the service ${service}`,
      didYouMean(service, [...catalogue.arnFormats.keys()], catalogue),
    )
    return false
  }
  if (forms.some((form) => canBeOfForm(text, form, hasAccounts))) return true
  report(
    'unknown-resource-type',
    path,
    `no resource type of ${service} has an ARN such as ${text}`,
    suggestForm(text, forms),
  )
  return false
}

/** `arn:aws:s3:::*` also matches what an action without resource types is evaluated for. */
function isAnyResource(resource: string): boolean {
  return resource === '*' || splitArn(resource)[ARN_SEGMENTS - 1] === '*'
}

/** The forms of the type that was probably meant, or of the service's first types. */
function suggestForm(text: string, forms: readonly string[]): string {
  const type = typeOf(text)
  const similar = findSimilar(type, forms.map(typeOf)) ?? type
  const ofType = forms.filter((form) => typeOf(form) === similar)
  const shown = (ofType.length > 0 ? ofType : forms).slice(0, MAX_FORMS)
  return `write ${shown.join(' or ')}`
}

/** How the last part begins: `table` in `table/name`. */
function typeOf(arn: string): string {
  return /^[^/:${*?]*/.exec(splitArn(arn)[ARN_SEGMENTS - 1] ?? '')?.[0] ?? ''
}

/** A statement allows an action on a resource only where the action supports its type. */
function checkSupport(
  actions: readonly LintedText[],
  resources: readonly LintedText[],
  supports: (action: KnownAction, resource: string) => boolean,
  report: ReportFinding,
  catalogue: IamCatalogue,
): void {
  const expanded = actions.map((action) => ({
    action,
    known: expandAction(action.text, catalogue),
  }))
  // Unknown actions are reported as such, and * includes actions that support any resource.
  if (
    actions.length === 0 ||
    resources.length === 0 ||
    expanded.some(({ known }) => known.length === 0)
  )
    return
  const idle = expanded.filter(
    ({ known }) => !resources.some(({ text }) => known.some((one) => supports(one, text))),
  )
  for (const { action, known } of idle)
    report(
      'unsupported-resource',
      action.path,
      `${action.text} does not support any resource of this statement, so it has no effect here`,
      describeSupported(known, catalogue),
    )
  if (idle.length > 0) return
  const all = expanded.flatMap(({ known }) => known)
  for (const { text, path } of resources.filter(
    (resource) => !all.some((one) => supports(one, resource.text)),
  ))
    report(
      'unsupported-resource',
      path,
      `no action of this statement supports ${text}, so it has no effect here`,
      'remove it, or add the actions that it is for',
    )
}

function describeSupported(known: readonly KnownAction[], catalogue: IamCatalogue): string {
  const forms = [...new Set(known.flatMap((action) => formsOf(action, catalogue)))]
  return forms.length === 0
    ? "it needs Resource: '*'"
    : `write a resource such as ${forms.slice(0, MAX_FORMS).join(' or ')}`
}

function formsOf({ service, resourceTypes }: KnownAction, { services }: IamCatalogue): string[] {
  const types = services.get(service)?.resourceTypes ?? {}
  return resourceTypes.flatMap((type) => types[type] ?? [])
}
