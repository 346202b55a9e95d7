/** Finds conditions that use an attribute of SAML as a list, although it may be one text. */
import { listClaims } from '../expression/claim-paths.ts'
import type { LintRule } from './lint-context.ts'

/**
 * An attribute with one value is text, and `in` is an error there: users with one group would not
 * pass, and those with two would.
 */
export const checkSamlAttributes: LintRule = ({ document }, report) => {
  const { issuers, rules } = document
  for (const [index, { verify, member }] of issuers.entries()) {
    if (verify?.kind !== 'saml') continue
    const { multiValued = [] } = verify
    const conditions = [
      { condition: member, path: ['issuers', index, 'member'] },
      ...rules.map(({ when }, rule) => ({ condition: when, path: ['rules', rule, 'when'] })),
    ]
    for (const { condition, path } of conditions)
      for (const [name = '', ...more] of listClaims(condition ?? ''))
        if (more.length === 0 && name !== 'aud' && !multiValued.includes(name))
          report(
            'attribute-without-list',
            path,
            `the attribute ${name} is used as a list, but is text where a user has one value`,
            `add ${name} to verify.multiValued of issuers[${index}]`,
          )
  }
}
