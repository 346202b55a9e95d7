/** Finds actions that do not exist, and expands those with wildcards. */
import { findSimilar } from '../model/similar-words.ts'
import type { IamCatalogue } from './iam-catalogue.ts'
import { type LintRule, lintedStatements, textsOf } from './lint-context.ts'

export interface KnownAction {
  /** In lower case. */
  readonly service: string
  readonly name: string
  readonly resourceTypes: readonly string[]
  /** Whether it changes nothing. */
  readonly isRead: boolean
}

export const checkActions: LintRule = (context, report) => {
  const { catalogue } = context
  for (const linted of lintedStatements(context))
    for (const { text, path } of textsOf(linted, ['Action', 'NotAction'])) {
      const [service = '', name] = text.split(':')
      if (name === undefined || service === '*') continue
      const known = catalogue.services.get(service.toLowerCase())
      if (known === undefined)
        report(
          'unknown-action',
          path,
          `IAM has no service ${service}`,
          didYouMean(service, [...catalogue.services.keys()], catalogue),
        )
      else if (expandAction(text, catalogue).length === 0)
        report(
          'unknown-action',
          path,
          name.includes('*') || name.includes('?')
            ? `no action of ${service} matches ${text}`
            : `${service} has no action ${name}`,
          didYouMean(name, Object.keys(known.actions), catalogue, `${service}:`),
        )
    }
}

/** The actions that a text with wildcards matches; none for `*`, which is not of one service. */
export function expandAction(text: string, { services }: IamCatalogue): KnownAction[] {
  const [prefix = '', name = ''] = text.split(':')
  const service = prefix.toLowerCase()
  const pattern = wildcardPattern(name)
  const { actions = {}, accessLevels = '' } = services.get(service) ?? {}
  return Object.entries(actions).flatMap(([known, resourceTypes], index) =>
    pattern.test(known)
      ? [{ service, name: known, resourceTypes, isRead: READ.test(accessLevels.charAt(index)) }]
      : [],
  )
}

/** IAM's access levels Read and List. */
const READ = /[RL]/

/** IAM compares actions without case. Their other characters are letters, digits, - and _. */
function wildcardPattern(text: string): RegExp {
  return new RegExp(`^${text.replaceAll('?', '.').replaceAll('*', '.*')}$`, 'i')
}

/** The hint of a finding about a name that the catalogue does not have. */
export function didYouMean(
  name: string,
  candidates: readonly string[],
  { date }: IamCatalogue,
  prefix = '',
): string {
  const similar = findSimilar(name, candidates)
  return similar === undefined
    ? `check the spelling; if AWS has added it after ${date}, update token-broker`
    : `did you mean ${prefix}${similar}?`
}
