/** Finds the variables of Amazon Cognito, which have no value in sessions of the broker. */
import {
  conditionTextsOf,
  type LintRule,
  lintedConditions,
  lintedStatements,
  textsOf,
} from './lint-context.ts'

const VARIABLE = /\$\{cognito-identity\.[\w.]+:\w+/i
const KEY = /^cognito-identity\.[\w.]+:/i

/**
 * AWS fills them from the token of the identity provider `cognito-identity.amazonaws.com`; the
 * tokens of the broker have another issuer. A statement with such a variable matches no request, so
 * a `Deny` would forbid nothing.
 *
 * @see IAM User Guide, "Available keys for AWS web identity federation"
 */
export const checkCognitoVariables: LintRule = (context, report) => {
  for (const linted of lintedStatements(context)) {
    const conditions = lintedConditions(linted)
    const texts = [
      ...textsOf(linted, ['Resource', 'NotResource']),
      ...conditions.flatMap(conditionTextsOf),
    ]
    const places = [
      ...texts.filter(({ text }) => VARIABLE.test(text)),
      ...conditions.filter(({ key }) => KEY.test(key)),
    ]
    for (const { path } of places)
      report(
        'cognito-variable',
        path,
        'variables of cognito-identity.amazonaws.com have no value in sessions of the broker',
        'write {{identity}} in place of ${cognito-identity.amazonaws.com:sub}',
      )
  }
}
