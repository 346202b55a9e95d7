/**
 * Writes SAML responses in the forms of several identity providers: their prefixes, the order of
 * elements, and what they sign. The signatures are still empty.
 */
import { randomUUID } from 'node:crypto'

const SAML = 'urn:oasis:names:tc:SAML:2.0'
const DSIG = 'http://www.w3.org/2000/09/xmldsig#'
const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#'

/** How a provider writes XML. */
export interface ResponseStyle {
  /** Of messages, of assertions and of signatures; empty: the default namespace. */
  readonly prefixes: readonly [protocol: string, assertion: string, signature: string]
  readonly signs: readonly ('Response' | 'Assertion')[]
  /** Before the document. */
  readonly declaration?: string
  /** Whether times have milliseconds. */
  readonly hasMilliseconds: boolean
  /** More attributes of the response. */
  readonly responseAttributes?: string
  /** More attributes of each `Issuer`. */
  readonly issuerAttributes?: string
  /** More attributes of each `Attribute`, such as its `NameFormat`. */
  readonly attributeAttributes?: string
  /** `xsi:type` of values, for example `xs:string`. */
  readonly valueType?: string
  /** As OpenSAML writes the transform (`InclusiveNamespaces`). */
  readonly inclusivePrefixes?: string
  /** Whether `AttributeStatement` precedes `AuthnStatement`. */
  readonly attributesFirst?: boolean
  /** Whether an attribute is repeated for each of its values. */
  readonly repeatsAttributes?: boolean
  readonly authnContext: string
  /** More attributes of `AuthnStatement`, from the session's end. */
  readonly authnAttributes?: (sessionEnd: string) => string
}

/** What a response says. */
export interface ResponseContent {
  readonly issuer: string
  /** Undefined: the subject has no name. */
  readonly nameId: string | undefined
  /** Undefined: the element says none. */
  readonly nameIdFormat: string | undefined
  readonly audience: string
  readonly recipient: string
  readonly attributes: Readonly<Record<string, readonly string[]>>
  readonly issuedAtMs: number
}

export function providerResponse(style: ResponseStyle, content: ResponseContent): string {
  const { declaration = '', hasMilliseconds, signs, responseAttributes = '' } = style
  const { issuer, recipient, issuedAtMs } = content
  const [protocol] = style.prefixes
  const time = (ms: number) =>
    hasMilliseconds ? new Date(ms).toISOString() : `${new Date(ms).toISOString().slice(0, 19)}Z`
  const [responseId, assertionId] = [`_${randomUUID()}`, `_${randomUUID()}`]
  const signature = (id: string, what: 'Response' | 'Assertion') =>
    signs.includes(what) ? emptySignature(style, id) : ''
  const named = (name: string) => qualified(style.prefixes[1], name)
  const issuerOf = (isDeclared: boolean) =>
    `<${named('Issuer')}${isDeclared ? '' : assertionNamespace(style)}` +
    `${style.issuerAttributes ?? ''}>${issuer}</${named('Issuer')}>`
  return (
    `${declaration}<${protocol}:Response xmlns:${protocol}="${SAML}:protocol" ID="${responseId}" ` +
    `Version="2.0" IssueInstant="${time(issuedAtMs)}" Destination="${recipient}"` +
    `${responseAttributes}>${issuerOf(false)}${signature(responseId, 'Response')}` +
    `<${protocol}:Status><${protocol}:StatusCode Value="${SAML}:status:Success"/>` +
    `</${protocol}:Status><${named('Assertion')}${assertionNamespace(style)}` +
    `${typeNamespaces(style)} ID="${assertionId}" IssueInstant="${time(issuedAtMs)}" ` +
    `Version="2.0">${issuerOf(true)}${signature(assertionId, 'Assertion')}` +
    `${assertionBody(style, content, time)}</${named('Assertion')}></${protocol}:Response>`
  )
}

function assertionBody(
  style: ResponseStyle,
  content: ResponseContent,
  time: (ms: number) => string,
): string {
  const { nameId, nameIdFormat, audience, recipient, issuedAtMs } = content
  const named = (name: string) => qualified(style.prefixes[1], name)
  const element = (name: string, inner: string, attributes = '') =>
    `<${named(name)}${attributes}>${inner}</${named(name)}>`
  const [from, until] = [time(issuedAtMs - 60_000), time(issuedAtMs + 300_000)]
  const format = nameIdFormat === undefined ? '' : ` Format="${nameIdFormat}"`
  const data = named('SubjectConfirmationData')
  const confirmation = `<${data} NotOnOrAfter="${until}" Recipient="${recipient}"/>`
  const subject =
    (nameId === undefined ? '' : element('NameID', nameId, format)) +
    element('SubjectConfirmation', confirmation, ` Method="${SAML}:cm:bearer"`)
  const authnAttributes = style.authnAttributes?.(time(issuedAtMs + 3_600_000)) ?? ''
  const authn = element(
    'AuthnStatement',
    element('AuthnContext', element('AuthnContextClassRef', style.authnContext)),
    ` AuthnInstant="${time(issuedAtMs)}"${authnAttributes}`,
  )
  const attributes = attributeStatement(style, content, element)
  return (
    element('Subject', subject) +
    element(
      'Conditions',
      element('AudienceRestriction', element('Audience', audience)),
      ` NotBefore="${from}" NotOnOrAfter="${until}"`,
    ) +
    (style.attributesFirst ? attributes + authn : authn + attributes)
  )
}

function attributeStatement(
  { valueType, attributeAttributes = '', repeatsAttributes }: ResponseStyle,
  { attributes }: ResponseContent,
  element: (name: string, inner: string, attributes?: string) => string,
): string {
  const type = valueType === undefined ? '' : ` xsi:type="${valueType}"`
  const textOf = (value: string) => element('AttributeValue', value, type)
  const one = (name: string, values: readonly string[]) =>
    element('Attribute', values.map(textOf).join(''), ` Name="${name}"${attributeAttributes}`)
  const all = Object.entries(attributes).flatMap(([name, values]) =>
    repeatsAttributes ? values.map((value) => one(name, [value])) : [one(name, values)],
  )
  return all.length === 0 ? '' : element('AttributeStatement', all.join(''))
}

/** As `xmlsec1 --sign` fills it in. */
function emptySignature({ prefixes, inclusivePrefixes }: ResponseStyle, id: string): string {
  const named = (name: string) => qualified(prefixes[2], name)
  const algorithm = (name: string, value: string) => `<${named(name)} Algorithm="${value}"/>`
  const exclusive =
    inclusivePrefixes === undefined
      ? algorithm('Transform', EXCLUSIVE)
      : `<${named('Transform')} Algorithm="${EXCLUSIVE}"><ec:InclusiveNamespaces ` +
        `xmlns:ec="${EXCLUSIVE}" PrefixList="${inclusivePrefixes}"/></${named('Transform')}>`
  const declared = prefixes[2] === '' ? 'xmlns' : `xmlns:${prefixes[2]}`
  return (
    `<${named('Signature')} ${declared}="${DSIG}"><${named('SignedInfo')}>` +
    algorithm('CanonicalizationMethod', EXCLUSIVE) +
    algorithm('SignatureMethod', 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256') +
    `<${named('Reference')} URI="#${id}"><${named('Transforms')}>` +
    `${algorithm('Transform', `${DSIG}enveloped-signature`)}${exclusive}</${named('Transforms')}>` +
    algorithm('DigestMethod', 'http://www.w3.org/2001/04/xmlenc#sha256') +
    `<${named('DigestValue')}></${named('DigestValue')}></${named('Reference')}>` +
    `</${named('SignedInfo')}><${named('SignatureValue')}></${named('SignatureValue')}>` +
    `<${named('KeyInfo')}><${named('X509Data')}></${named('X509Data')}></${named('KeyInfo')}>` +
    `</${named('Signature')}>`
  )
}

function qualified(prefix: string, name: string): string {
  return prefix === '' ? name : `${prefix}:${name}`
}

function assertionNamespace({ prefixes: [, prefix] }: ResponseStyle): string {
  return ` ${prefix === '' ? 'xmlns' : `xmlns:${prefix}`}="${SAML}:assertion"`
}

function typeNamespaces({ valueType }: ResponseStyle): string {
  return valueType === undefined
    ? ''
    : ` xmlns:${valueType.split(':')[0]}="http://www.w3.org/2001/XMLSchema" ` +
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
}
