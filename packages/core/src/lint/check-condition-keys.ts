/** Finds condition keys and policy variables that IAM does not know. */
import { findSimilar } from '../model/similar-words.ts'
import { didYouMean } from './check-actions.ts'
import type { IamCatalogue } from './iam-catalogue.ts'
import {
  conditionTextsOf,
  type LintRule,
  lintedConditions,
  lintedStatements,
  textsOf,
} from './lint-context.ts'

const VARIABLE = /\$\{([^{}*?$,]+:[^{},]+)(?:, *'[^']*')?\}/g

export const checkConditionKeys: LintRule = (context, report) => {
  const { catalogue } = context
  for (const linted of lintedStatements(context)) {
    const conditions = lintedConditions(linted)
    for (const { key, path } of conditions) {
      const problem = findKeyProblem(key, catalogue)
      if (problem) report('unknown-condition-key', path, problem.message, problem.hint)
    }
    const texts = [
      ...textsOf(linted, ['Resource', 'NotResource']),
      ...conditions.flatMap(conditionTextsOf),
    ]
    for (const { text, path } of texts)
      for (const [variable, name = ''] of text.matchAll(VARIABLE)) {
        const problem = findKeyProblem(name, catalogue)
        if (problem)
          report(
            'unknown-condition-key',
            path,
            `${problem.message}, so ${variable} never has a value`,
            problem.hint,
          )
      }
  }
}

function findKeyProblem(
  key: string,
  catalogue: IamCatalogue,
): { message: string; hint: string } | undefined {
  const [prefix = '', name] = key.split(':')
  // Keys of an identity provider, such as cognito-identity.amazonaws.com:sub, begin with its host.
  if (name === undefined || prefix.includes('.') || prefix.toLowerCase() === 'saml')
    return undefined
  const known = catalogue.conditionKeys.get(prefix.toLowerCase())
  if (known === undefined)
    return {
      message: `IAM has no condition keys of ${prefix}`,
      hint: didYouMean(prefix, [...catalogue.conditionKeys.keys()], catalogue),
    }
  if (known.some((form) => formPattern(form).test(key))) return undefined
  return {
    message: `IAM has no condition key ${key}`,
    hint: suggestKey(key, known, catalogue),
  }
}

/** Compares what is before a part that may be any text, such as the key of a tag. */
function suggestKey(key: string, known: readonly string[], catalogue: IamCatalogue): string {
  const stemOf = (text: string) => /^[^:]*:[^:/]*/.exec(text)?.[0] ?? text
  const stem = findSimilar(stemOf(key), known.map(stemOf))
  const meant = known.filter((form) => stemOf(form) === stem).map(exampleOf)
  return didYouMean(meant.length === 1 ? (meant[0] ?? key) : key, known.map(exampleOf), catalogue)
}

/** Parts of a key that may be any text: `${TagKey}`, `<key>`, and `tag-key` of the global keys. */
const ANY_PART = /\$\{[^}]*\}|<[^>]*>|(?<=\/)tag-key$/g

/** IAM compares keys without case. */
function formPattern(form: string): RegExp {
  const source = form
    .split(ANY_PART)
    .map((text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('.+')
  return new RegExp(`^${source}$`, 'i')
}

function exampleOf(form: string): string {
  return form.replaceAll(ANY_PART, 'KEY')
}
