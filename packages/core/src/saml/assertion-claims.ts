/** What an assertion says about its subject, as claims of a token. */
import type { SamlProfile } from '../model/compiled-tenant.ts'
import type { AssertionContent } from './read-assertion.ts'
import { TRANSIENT_FORMAT } from './saml-names.ts'
import { SamlProblem } from './saml-problem.ts'

/**
 * Claims that the broker reads or sets. An attribute with such a name could say that another party
 * acts for the subject, or which application got the token.
 */
const RESERVED = [
  ...['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti', 'azp', 'client_id'],
  ...['act', 'may_act', 'cnf', 'events'],
  ...['nameId', 'nameIdFormat', 'nameQualifier', 'spNameQualifier', 'recipient'],
  ...['authnInstant', 'authnContextClassRef', 'sessionIndex', 'sessionNotOnOrAfter'],
]

/**
 * An attribute with one value is text, and one with several values is a list. One that the profile
 * lists is always a list: otherwise, `"admins" in claims.groups` would depend on how many groups a
 * user has.
 * @throws {SamlProblem} where an attribute has the name of a claim that the broker sets
 */
export function assertionClaims(
  assertion: AssertionContent,
  { multiValued, recipients }: SamlProfile['saml'],
): Readonly<Record<string, unknown>> {
  const { issuer, issueInstant, conditions, subject, authentication, attributes } = assertion
  const claims: [string, unknown][] = []
  for (const [name, values] of attributes) {
    if (RESERVED.includes(name))
      throw new SamlProblem(
        `has an attribute with the name ${name}, which is a claim of another meaning; rename it ` +
          'at the identity provider',
      )
    if (multiValued.includes(name)) claims.push([name, values])
    else if (values.length > 0) claims.push([name, values.length === 1 ? values[0] : values])
  }
  const { value, format, nameQualifier, spNameQualifier } = subject.nameId
  const ends = [
    conditions.notOnOrAfter,
    authentication?.sessionNotOnOrAfter,
    ...subject.confirmations.map(({ notOnOrAfter }) => notOnOrAfter),
  ].filter((end) => end !== undefined)
  const own = {
    iss: issuer,
    // A transient NameID identifies nobody a second time.
    sub: format === TRANSIENT_FORMAT ? undefined : value,
    aud: assertionAudiences(assertion),
    iat: secondsOf(issueInstant),
    nbf: secondsOf(conditions.notBefore),
    exp: ends.length === 0 ? undefined : secondsOf(Math.min(...ends)),
    nameId: value,
    nameIdFormat: format,
    nameQualifier,
    spNameQualifier,
    // AWS returns it as the audience of AssumeRoleWithSAML.
    recipient: subject.confirmations
      .map(({ recipient = '' }) => recipient)
      .find((recipient) => recipients.includes(recipient)),
    authnInstant: secondsOf(authentication?.instant),
    authnContextClassRef: authentication?.contextClass,
    sessionIndex: authentication?.sessionIndex,
    sessionNotOnOrAfter: secondsOf(authentication?.sessionNotOnOrAfter),
  }
  const present = Object.entries(own).filter(([, claim]) => claim !== undefined)
  return Object.fromEntries([...claims, ...present])
}

/** Those that all restrictions name (SAML Core §2.5.1.4). */
export function assertionAudiences({
  conditions: { audiences },
}: AssertionContent): readonly string[] {
  const [first = [], ...others] = audiences
  return [...new Set(first.filter((one) => others.every((other) => other.includes(one))))]
}

function secondsOf(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : Math.floor(ms / 1000)
}
