/** Texts that are compared exactly, and attributes of SAML that conditions use as lists. */
import { describe, expect, it } from 'vitest'
import { documentWith, findingsOf, lintText } from './lint-text.ts'

describe('an attribute of SAML', () => {
  const found = (when: string, verify = '') =>
    findingsOf(
      documentWith(`issuers:
  - issuer: https://idp.example
    audiences: [urn:orchard]
    verify:
      { kind: saml, metadataUrl: https://a.example, recipients: [https://a.example]${verify} }
rules:
  - { name: a, when: '${when}', grant: own }
`),
    )

  it.each([
    '"a" in claims.groups',
    'claims.org == "x" && "a" in claims.groups',
    'claims.groups.exists(g, g == "a")',
    '!("a" in claims["groups"])',
  ])('is a list where it is used as one: %s', (when) => {
    expect(found(when)).toEqual(['attribute-without-list rules[0].when'])
    expect(found(when, ', multiValued: [groups]')).toEqual([])
  })

  it.each(['claims.org == "x"', 'claims.org in ["x", "y"]', '"a" in claims.aud'])(
    'may be text: %s',
    (when) => {
      expect(found(when)).toEqual([])
    },
  )
})

describe('text that is compared exactly', () => {
  it.each([
    ["audiences: ['*']", 'wildcard-audience issuers[0].audiences[0]'],
    ["audiences: [a, 'https://*.orchard.example']", 'wildcard-audience issuers[0].audiences[1]'],
    [
      "audiences: [a], authorizedParties: ['*']",
      'wildcard-audience issuers[0].authorizedParties[0]',
    ],
    ["audiences: ['<client-id>']", 'placeholder issuers[0].audiences[0]'],
    ["audiences: ['{{user}}']", undefined],
  ])('%s', (fields, finding) => {
    const text = documentWith(`issuers:\n  - { issuer: 'https://id.orchard.example', ${fields} }\n`)
    expect(findingsOf(text)).toEqual(finding === undefined ? [] : [finding])
  })

  it.each([
    ["verify: { kind: google }, audiences: ['*']", 'wildcard-audience issuers[0].audiences[0]'],
    [
      'verify: { kind: google }, audiences: [a], subject: claims.email',
      'unverified-email issuers[0].subject',
    ],
    ['verify: { kind: google }, audiences: [a]', undefined],
    // The compile step reports that it has no name.
    ["verify: { kind: okta }, audiences: ['*']", undefined],
  ])('with a preset: %s', (fields, finding) => {
    const text = documentWith(`issuers:\n  - { ${fields} }\n`)
    expect(findingsOf(text)).toEqual(finding === undefined ? [] : [finding])
  })

  it.each([
    ['https://*.orchard.example', ['wildcard-origin allowedOrigins[0]']],
    ['https://{customer}.orchard.example', ['placeholder allowedOrigins[0]']],
    ['https://app.orchard.example', []],
  ])('the origin %s', (origin, findings) => {
    expect(findingsOf(documentWith(`allowedOrigins: ['${origin}']\n`))).toEqual(findings)
  })

  it.each([
    ['https://login.microsoftonline.com/{tenantid}/v2.0', ['placeholder issuers[0].issuer']],
    ['https://cognito-idp.eu-west-1.amazonaws.com/<pool>', ['placeholder issuers[0].issuer']],
    ['https://id.orchard.example/realms/a', []],
  ])('the issuer %s', (issuer, findings) => {
    const text = documentWith(`issuers:\n  - { issuer: '${issuer}', audiences: [a] }\n`)
    expect(findingsOf(text)).toEqual(findings)
  })

  it('finds braces that were meant as a slot, and names the slot', () => {
    const [resource, prefix, ...others] = lintText(
      documentWith(`grants:
  own:
    role: arn:aws:iam::111122223333:role/orchard
    policy:
      - { Effect: Allow, Action: s3:GetObject, Resource: 'arn:aws:s3:::orchard/{user}/*' }
      - Effect: Allow
        Action: s3:ListBucket
        Resource: arn:aws:s3:::orchard
        Condition: { StringLike: { s3:prefix: ['{{user}}/\${aws:userid}/*', '{depot}/*'] } }
`),
    )
    expect(others).toEqual([])
    expect(resource).toMatchObject({ id: 'placeholder', hint: 'write {{user}}' })
    expect(prefix).toMatchObject({
      id: 'placeholder',
      path: 'grants.own.policy[1].Condition.StringLike["s3:prefix"][1]',
      hint: expect.stringContaining('{{depot}}'),
    })
  })
})
