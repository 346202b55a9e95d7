/** Documents with a valid signature that are for others, or for another time. */
import {
  type AssertionParts,
  assertionXml,
  attributeXml,
  audienceXml,
  authnXml,
  conditionsXml,
  confirmationXml,
  instant,
  nameIdXml,
  RECIPIENT,
  RESPONSE_SIGNATURE,
  type ResponseParts,
  responseXml,
  signatureXml,
  signSaml,
  statementsXml,
  statusXml,
} from '../../fixtures/saml-documents.ts'
import type { SamlCase } from './saml-case.ts'
import { KEYS } from './saml-keys.ts'

const METHOD = 'urn:oasis:names:tc:SAML:2.0:cm:'

export function wrongConditions(): readonly SamlCase[] {
  const group = 'conditions'
  const signed = (
    name: string,
    assertion: AssertionParts,
    reason: RegExp,
    code: SamlCase['code'] = 'invalid_token',
    response: ResponseParts = {},
  ): SamlCase => {
    const xml = responseXml({ assertion: assertionXml(assertion), ...response })
    return { group, name, reason, code, xml: signSaml(xml, KEYS.rsa) }
  }
  const wholeSigned = (name: string, response: ResponseParts, reason: RegExp): SamlCase => {
    const signature = signatureXml({ id: '_response' })
    const assertion = assertionXml({ signature: '' })
    const xml = responseXml({ signature, assertion, ...response })
    const code = 'invalid_token'
    return { group, name, reason, code, xml: signSaml(xml, KEYS.rsa, RESPONSE_SIGNATURE) }
  }
  const confirmed = (name: string, data: string, reason: RegExp, code?: SamlCase['code']) =>
    signed(name, { confirmation: confirmationXml(data) }, reason, code)
  const conditions = (name: string, xml: string, reason: RegExp, code?: SamlCase['code']) =>
    signed(name, { conditions: xml }, reason, code)
  const valid = `NotOnOrAfter="${instant(300)}"`
  return [
    signed(
      'another issuer',
      { issuer: 'https://evil.example' },
      /trusts the issuer/,
      'issuer_untrusted',
    ),
    signed('another issuer of the response', {}, /another issuer/, undefined, {
      issuer: '<saml:Issuer>https://evil.example</saml:Issuer>',
    }),
    signed('a failed login', {}, /login failed .*status AuthnFailed/, undefined, {
      status: statusXml('AuthnFailed'),
    }),
    signed('a status of another name', {}, /login failed/, undefined, {
      status: statusXml('Success '),
    }),
    signed('another Destination', {}, /Destination/, undefined, {
      destination: ' Destination="https://other.example/acs"',
    }),
    wholeSigned(
      'another Destination, signed',
      { destination: ' Destination="https://other.example/acs"' },
      /Destination/,
    ),
    wholeSigned('no Destination, although signed', { destination: '' }, /Destination/),
    conditions(
      'another audience',
      conditionsXml(undefined, audienceXml('urn:other')),
      /accepts this token/,
      'access_denied',
    ),
    conditions(
      'a second restriction for others',
      conditionsXml(undefined, audienceXml() + audienceXml('urn:other')),
      /accepts this token/,
      'access_denied',
    ),
    conditions(
      'an audience that begins like ours',
      conditionsXml(undefined, audienceXml('urn:broker:test/x')),
      /accepts this token/,
      'access_denied',
    ),
    conditions(
      'an audience with a space',
      conditionsXml(undefined, audienceXml(' urn:broker:test')),
      /accepts this token/,
      'access_denied',
    ),
    conditions('no audience', conditionsXml(undefined, ''), /AudienceRestriction/),
    conditions(
      'an empty restriction',
      conditionsXml(undefined, '<saml:AudienceRestriction/>'),
      /accepts this token/,
      'access_denied',
    ),
    conditions('no conditions', '', /has no Conditions/),
    conditions(
      'expired',
      conditionsXml(`NotOnOrAfter="${instant(-40)}"`),
      /expired: NotOnOrAfter of Conditions/,
      'token_expired',
    ),
    conditions(
      'not valid yet',
      conditionsXml(`NotBefore="${instant(60)}"`),
      /not valid yet: NotBefore of Conditions/,
    ),
    conditions(
      'OneTimeUse',
      conditionsXml(undefined, `${audienceXml()}<saml:OneTimeUse/>`),
      /OneTimeUse/,
    ),
    conditions(
      'ProxyRestriction',
      conditionsXml(undefined, `${audienceXml()}<saml:ProxyRestriction Count="0"/>`),
      /condition that the broker does not know/,
    ),
    conditions(
      'a condition of another schema',
      conditionsXml(undefined, `${audienceXml()}<x:Only xmlns:x="urn:x"/>`),
      /condition that the broker does not know/,
    ),
    conditions(
      'a time zone',
      conditionsXml('NotOnOrAfter="2999-01-01T00:00:00+02:00"'),
      /not a time in UTC/,
    ),
    conditions(
      '30 February',
      conditionsXml('NotOnOrAfter="2999-02-30T00:00:00Z"'),
      /not a time in UTC/,
    ),
    conditions('a time in words', conditionsXml('NotOnOrAfter="tomorrow"'), /not a time in UTC/),
    confirmed('another recipient', `${valid} Recipient="https://other.example/acs"`, /Recipient/),
    confirmed(
      'a recipient in another case',
      `${valid} Recipient="${RECIPIENT.toUpperCase()}"`,
      /Recipient/,
    ),
    confirmed('no recipient', valid, /Recipient/),
    confirmed('no end of the confirmation', `Recipient="${RECIPIENT}"`, /no NotOnOrAfter/),
    confirmed(
      'confirmation expired',
      `NotOnOrAfter="${instant(-40)}" Recipient="${RECIPIENT}"`,
      /expired: NotOnOrAfter of SubjectConf/,
      'token_expired',
    ),
    confirmed(
      'confirmation not valid yet',
      `${valid} NotBefore="${instant(60)}" Recipient="${RECIPIENT}"`,
      /not valid yet: NotBefore of SubjectConf/,
    ),
    signed(
      'holder of key',
      { confirmation: confirmationXml(undefined, `${METHOD}holder-of-key`) },
      /method bearer/,
    ),
    signed(
      'sender vouches',
      { confirmation: confirmationXml(undefined, `${METHOD}sender-vouches`) },
      /method bearer/,
    ),
    signed('no confirmation', { confirmation: '' }, /method bearer/),
    signed(
      'a confirmation for another one',
      {
        confirmation: confirmationXml().replace(
          '<saml:SubjectConfirmationData',
          `${nameIdXml('bob')}$&`,
        ),
      },
      /does not belong there/,
    ),
    signed('too old', { issueInstant: instant(-340) }, /too old/, 'token_expired'),
    signed('issued in the future', { issueInstant: instant(60) }, /issued in the future/),
    signed('a response that is too old', {}, /The response is too old/, 'token_expired', {
      issueInstant: instant(-340),
    }),
    signed(
      'the session has ended',
      { statements: authnXml(` SessionNotOnOrAfter="${instant(-40)}"`) },
      /NotOnOrAfter of AuthnStatement/,
      'token_expired',
    ),
    signed(
      'a transient NameID',
      { nameId: nameIdXml('_t', 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient') },
      /transient/,
    ),
    signed('an empty NameID', { nameId: nameIdXml('') }, /non-empty string/),
    signed(
      'a NameID of another identity provider',
      {
        nameId: nameIdXml(
          'p',
          'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
          ' NameQualifier="https://other.example"',
        ),
      },
      /NameQualifier/,
    ),
    signed('no NameID', { nameId: '' }, /has no NameID/),
    signed(
      'an attribute with the name of a claim',
      { statements: statementsXml(attributeXml('sub', 'root')) },
      /attribute with the name sub/,
    ),
    signed(
      'an attribute that names an actor',
      { statements: statementsXml(attributeXml('act', 'root')) },
      /attribute with the name act/,
    ),
    signed(
      'two AuthnStatements',
      { statements: authnXml() + authnXml() },
      /more than one AuthnStatement/,
    ),
    signed(
      'a statement of another kind',
      { statements: '<saml:AuthzDecisionStatement Resource="r" Decision="Permit"/>' },
      /does not belong there/,
    ),
    signed('SAML 1.1', {}, /another version/, undefined, {
      attributes: '',
      issuer: '',
      status: statusXml(),
      before: '',
      assertion: assertionXml().replace('Version="2.0"', 'Version="1.1"'),
    }),
  ]
}
