/** Finds decisions by an e-mail address that its issuer may not have verified. */
import { grantsOfRule } from '../document/compile-rules.ts'
import { referencedClaims } from '../expression/claim-paths.ts'
import { slotsOf } from '../policy/template.ts'
import type { LintRule } from './lint-context.ts'

/** `xms_edov`: Entra ID's claim that the owner of the domain was verified. */
const VERIFIED = ['email_verified', 'xms_edov']

/**
 * At many issuers, a user may enter any address. Who enters `eve@acme.example` would pass for a
 * member of acme with `claims.email.split("@")[1]`, and for its owner with `subject: claims.email`.
 *
 * @see OpenID Connect Core 1.0 §5.7: a claim such as `email` is not a unique identifier
 */
export const checkEmails: LintRule = ({ document }, report) => {
  const { issuers, rules, grants, attributes = {} } = document
  const warn = (path: readonly (string | number)[], claims = 'claims') =>
    report(
      'unverified-email',
      path,
      'the e-mail address may not be verified: an issuer may let users enter any address',
      `add && ${claims}.email_verified to the condition, or use ${claims}.sub`,
    )
  for (const [index, { member, subject }] of issuers.entries()) {
    const isRequired = member !== undefined && isVerified(member)
    if (isRequired) continue
    if (member !== undefined && readsEmail(member)) warn(['issuers', index, 'member'])
    if (subject !== undefined && readsEmail(subject)) warn(['issuers', index, 'subject'])
  }
  for (const [index, { when }] of rules.entries())
    if (when !== undefined && readsEmail(when, 'actor') && !isVerified(when, 'actor'))
      warn(['rules', index, 'when'], 'actor.claims')
  if (issuers.every(({ member }) => member !== undefined && isVerified(member))) return
  for (const [index, { when }] of rules.entries())
    if (when !== undefined && readsEmail(when) && !isVerified(when)) warn(['rules', index, 'when'])
  const unverified = new Set(
    rules.filter(({ when }) => when === undefined || !isVerified(when)).flatMap(grantsOfRule),
  )
  for (const [name, { from }] of Object.entries(attributes)) {
    if (!readsEmail(from)) continue
    const isUsed = Object.entries(grants).some(
      ([grant, { policy, sessionTags }]) =>
        unverified.has(grant) && slotsOf(JSON.stringify({ policy, sessionTags })).includes(name),
    )
    if (isUsed) warn(['attributes', name, 'from'])
  }
}

function readsEmail(expression: string, variable: 'claims' | 'actor' = 'claims'): boolean {
  return referencedClaims(expression, variable).some((path) => path.at(-1) === 'email')
}

function isVerified(condition: string, variable: 'claims' | 'actor' = 'claims'): boolean {
  return referencedClaims(condition, variable).some((path) => VERIFIED.includes(path.at(-1) ?? ''))
}
