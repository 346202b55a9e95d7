/** The conditions of a signed assertion, to the millisecond, and its claims. */
import { describe, expect, it } from 'vitest'
import type { SamlProfile } from '../../../packages/core/src/model/compiled-tenant.ts'
import {
  assertionAudiences,
  assertionClaims,
} from '../../../packages/core/src/saml/assertion-claims.ts'
import { checkAssertion } from '../../../packages/core/src/saml/check-assertion.ts'
import { readAssertion } from '../../../packages/core/src/saml/read-assertion.ts'
import { readResponse } from '../../../packages/core/src/saml/read-response.ts'
import { DOCUMENT_LIMITS, readXml } from '../../../packages/core/src/saml/read-xml.ts'
import {
  type AssertionParts,
  assertionXml,
  attributeXml,
  audienceXml,
  authnXml,
  conditionsXml,
  confirmationXml,
  ENTITY_ID,
  instant,
  nameIdXml,
  RECIPIENT,
  type ResponseParts,
  responseXml,
  SAML_NOW,
  statementsXml,
} from '../../fixtures/saml-documents.ts'

const PROFILE: SamlProfile = {
  issuer: ENTITY_ID,
  keys: { from: 'inline', jwks: [] },
  ...{ algorithms: [], types: [], maxTokenAgeSeconds: 300, clockToleranceSeconds: 30 },
  saml: { recipients: [RECIPIENT], multiValued: ['groups', 'none'] },
}

describe('the time of an assertion', () => {
  const confirmed = (times: string) => ({
    confirmation: confirmationXml(`${times} Recipient="${RECIPIENT}"`),
  })
  const far = 'NotOnOrAfter="2999-01-01T00:00:00Z"'
  const at = (name: string) => `${name}="${instant(0)}"`

  // Milliseconds after the time in the document until which it is accepted, from 30 s before.
  it.each<[name: string, parts: AssertionParts, last: number]>([
    ['IssueInstant', {}, 330_000],
    ['NotOnOrAfter of the conditions', { conditions: conditionsXml(at('NotOnOrAfter')) }, 29_999],
    ['NotBefore of the conditions', { conditions: conditionsXml(at('NotBefore')) }, 330_000],
    ['NotOnOrAfter of the confirmation', confirmed(at('NotOnOrAfter')), 29_999],
    ['NotBefore of the confirmation', confirmed(`${far} ${at('NotBefore')}`), 330_000],
    ['the end of the session', { statements: authnXml(` ${at('SessionNotOnOrAfter')}`) }, 29_999],
  ])('is checked with the tolerance for clocks: %s', (_, parts, last) => {
    const issueInstant = instant(0)
    const passes = (ms: number) => {
      const all = { issueInstant, conditions: conditionsXml(''), ...confirmed(far), ...parts }
      return check(all, { issueInstant }, SAML_NOW + ms).at(-1)?.passed
    }
    expect([passes(-30_001), passes(-30_000), passes(0)]).toEqual([false, true, true])
    expect([passes(last), passes(last + 1)]).toEqual([true, false])
  })
})

describe('the checks of an assertion', () => {
  it('are recorded in order, up to the first that does not pass', () => {
    expect(check().map(({ check: name }) => name)).toEqual([
      'Issuer of the assertion is the issuer',
      'Issuer of the response is the issuer',
      'Destination of the response is a recipient',
      'the response was not issued in the future (IssueInstant)',
      'the response is not too old (IssueInstant, maxTokenAge)',
      'the assertion was not issued in the future (IssueInstant)',
      'the assertion is not too old (IssueInstant, maxTokenAge)',
      'Conditions is already valid (NotBefore)',
      'Conditions is still valid (NotOnOrAfter)',
      'assertion may be used more than once',
      'assertion names its audience',
      'subject is confirmed by the method bearer',
      'assertion is addressed to a recipient',
      'confirmation has an end (NotOnOrAfter)',
      'SubjectConfirmationData is still valid (NotOnOrAfter)',
      'NameID is the same at each login',
      'NameID is a name of this issuer (NameQualifier)',
    ])
    const failed = check({ confirmation: '' })
    expect(failed.map(({ passed }) => passed)).toEqual([...Array(11).fill(true), false])
  })

  it('ask nothing about the NameID where an attribute is the subject', () => {
    const transient = 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient'
    const nameId = nameIdXml('_t', transient, ' NameQualifier="https://other.example"')
    const passes = (profile: SamlProfile) => check({ nameId }, {}, SAML_NOW, profile).at(-1)?.passed
    expect(passes(PROFILE)).toBe(false)
    expect(passes({ ...PROFILE, subject: ['mail'] })).toBe(true)
  })

  it('accept one confirmation of several, and no parts of two', () => {
    const other = 'Recipient="https://other.example"'
    const valid = `NotOnOrAfter="${instant(300)}"`
    const both = confirmationXml(`${valid} ${other}`) + confirmationXml(`Recipient="${RECIPIENT}"`)
    expect(check({ confirmation: both }).at(-1)).toMatchObject({ passed: false })
    expect(check({ confirmation: both + confirmationXml() }).at(-1)).toMatchObject({ passed: true })
  })
})

describe('the reason of a refusal', () => {
  const NOW = `the time of the broker is ${timeOf(0)}, clockTolerance 30 s`

  it('has the time, the one of the broker and the settings, and the caller the first', () => {
    const conditions = conditionsXml(`NotOnOrAfter="${instant(-60)}"`)
    const [what, advice] = [
      `The assertion has expired: NotOnOrAfter of Conditions is ${timeOf(-60)}`,
      'log in again at the identity provider.',
    ]
    expect(check({ conditions }).at(-1)).toMatchObject({
      ...{ message: `${what}, ${NOW}; ${advice}`, callerMessage: `${what}; ${advice}` },
    })
    expect(check({ issueInstant: instant(-400) }).at(-1)?.message).toBe(
      `The assertion is too old: IssueInstant is ${timeOf(-400)}, ${NOW} and maxTokenAge 300 s; ` +
        'log in again at the identity provider.',
    )
  })

  it('has what was expected and found, for the operator alone', () => {
    const other = 'https://other.example/acs'
    const confirmation = confirmationXml(`NotOnOrAfter="${instant(300)}" Recipient="${other}"`)
    expect(check({ confirmation }).at(-1)).toMatchObject({
      message:
        `The assertion was issued for another application (Recipient): expected "${RECIPIENT}", ` +
        `found "${other}"; correct verify.recipients of the tenant document, or the URL at the ` +
        'identity provider.',
    })
    expect(check({ confirmation }).at(-1)).not.toHaveProperty('callerMessage')
    expect(check({ conditions: conditionsXml('', '') }).at(-1)?.message).toBe(
      'The assertion has no AudienceRestriction, so it may be for any application: expected "an ' +
        'AudienceRestriction", found 0; set the audience at the identity provider.',
    )
  })

  function timeOf(seconds: number): string {
    return new Date(SAML_NOW + seconds * 1000).toISOString().replace('.000', '')
  }
})

describe('the claims of an assertion', () => {
  it('are its attributes, its NameID and its times', () => {
    const groups = attributeXml('groups', 'staff')
    expect(claims({ statements: statementsXml(groups, attributeXml('mail', 'a')) })).toEqual({
      groups: ['staff'],
      mail: 'a',
      iss: ENTITY_ID,
      sub: 'alice@example.com',
      aud: ['urn:broker:test'],
      iat: SAML_NOW / 1000 - 5,
      nbf: SAML_NOW / 1000 - 60,
      exp: SAML_NOW / 1000 + 300,
      nameId: 'alice@example.com',
      nameIdFormat: 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
      authnInstant: SAML_NOW / 1000 - 10,
      authnContextClassRef: 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport',
      sessionIndex: '_s1',
      recipient: RECIPIENT,
    })
  })

  it.each<[name: string, attribute: string, value: unknown]>([
    ['groups', attributeXml('groups', 'a', 'b'), ['a', 'b']],
    ['groups', attributeXml('groups', 'a') + attributeXml('groups', 'b'), ['a', 'b']],
    ['none', '<saml:Attribute Name="none"/>', []],
    ['other', attributeXml('other', 'a', 'b'), ['a', 'b']],
    ['other', attributeXml('other', ''), ''],
    ['other', '<saml:Attribute Name="other"/>', undefined],
    ['__proto__', attributeXml('__proto__', 'x'), 'x'],
    [
      'nil',
      '<saml:Attribute Name="nil"><saml:AttributeValue xsi:nil="true" ' +
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"/></saml:Attribute>',
      undefined,
    ],
  ])('have lists as the profile says: %s of %s', (name, attribute, value) => {
    const found = claims({ statements: statementsXml(attribute) })
    expect(Object.getOwnPropertyDescriptor(found, name)?.value).toEqual(value)
  })

  it.each(['sub', 'act', 'cnf', 'aud', 'nameId', 'may_act', 'events', 'client_id'])(
    'are never an attribute of the name %s',
    (name) => {
      expect(() => claims({ statements: statementsXml(attributeXml(name, 'x')) })).toThrow(
        `has an attribute with the name ${name}`,
      )
    },
  )

  it('have no sub where the NameID is transient', () => {
    const transient = 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient'
    const found = claims({ nameId: nameIdXml('_t', transient) })
    expect(found).not.toHaveProperty('sub')
    expect(found.nameId).toBe('_t')
  })

  it('name the audiences that all restrictions name', () => {
    const conditions = conditionsXml(undefined, audienceXml('a', 'b', 'c') + audienceXml('b', 'c'))
    expect(assertionAudiences(assertionOf({ conditions }))).toEqual(['b', 'c'])
  })
})

function check(
  parts: AssertionParts = {},
  response: ResponseParts = {},
  nowMs = SAML_NOW,
  profile = PROFILE,
) {
  const assertion = assertionXml({ signature: '', ...parts })
  const read = readResponse(readXml(responseXml({ assertion, ...response }), DOCUMENT_LIMITS))
  const content = {
    response: read,
    isResponseSigned: true,
    assertion: readAssertion(read.assertion),
  }
  return checkAssertion(content, profile, nowMs)
}

function assertionOf(parts: AssertionParts) {
  return readAssertion(readXml(assertionXml({ signature: '', ...parts }), DOCUMENT_LIMITS))
}

function claims(parts: AssertionParts) {
  return assertionClaims(assertionOf(parts), PROFILE.saml)
}
