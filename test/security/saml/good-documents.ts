/** Documents that must be accepted, in every form that identity providers send. */
import {
  ASSERTION_SIGNATURE,
  assertionXml,
  attributeXml,
  audienceXml,
  conditionsXml,
  confirmationXml,
  ENTITY_ID,
  ENVELOPED,
  MORE,
  nameIdXml,
  prefixesXml,
  RESPONSE_SIGNATURE,
  responseXml,
  type SamlKey,
  signatureXml,
  signSaml,
  statementsXml,
} from '../../fixtures/saml-documents.ts'
import type { SamlCase } from './saml-case.ts'
import { KEYS } from './saml-keys.ts'

const INSTANCE = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
const XMLENC = 'http://www.w3.org/2001/04/xmlenc#'
const PERSISTENT = 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent'

export function goodDocuments(): readonly SamlCase[] {
  const good = (name: string, xml: string, more: Partial<SamlCase> = {}): SamlCase => ({
    ...{ group: 'good', name, xml, subject: 'alice@example.com' },
    ...more,
  })
  const withAlgorithm = (key: SamlKey, method: string, digest: string) =>
    signSaml(
      responseXml({
        assertion: assertionXml({ signature: signatureXml({ id: '_assertion', method, digest }) }),
      }),
      key,
    )
  const signedResponse = responseXml({
    signature: signatureXml({ id: '_response' }),
    assertion: assertionXml({ signature: '' }),
  })
  const bothSigned = responseXml({ signature: signatureXml({ id: '_response' }) })
  const withAttributes = (...attributes: string[]) =>
    signSaml(
      responseXml({ assertion: assertionXml({ statements: statementsXml(...attributes) }) }),
      KEYS.rsa,
    )
  const typed = assertionXml({
    attributes: ' xmlns:xs="http://www.w3.org/2001/XMLSchema"',
    signature: signatureXml({ id: '_assertion', transforms: ENVELOPED + prefixesXml('xs saml') }),
    statements: statementsXml(
      attributeXml('mail', 'alice@example.com').replace(
        '<saml:AttributeValue>',
        `<saml:AttributeValue ${INSTANCE} xsi:type="xs:string">`,
      ),
    ),
  })
  const outerPrefixes = typed.replace(' xmlns:xs="http://www.w3.org/2001/XMLSchema"', '')
  const signed = signSaml(responseXml(), KEYS.rsa)
  return [
    good('assertion signed', signed),
    good('response signed', signSaml(signedResponse, KEYS.rsa, RESPONSE_SIGNATURE)),
    good('both signed', signSaml(signSaml(bothSigned, KEYS.rsa), KEYS.rsa, RESPONSE_SIGNATURE)),
    good(
      'both signed, by two keys',
      signSaml(signSaml(bothSigned, KEYS.next), KEYS.rsa, RESPONSE_SIGNATURE),
    ),
    good('assertion alone', signSaml(assertionXml(), KEYS.rsa)),
    good('assertion alone, in base64url', '', {
      encoded: Buffer.from(signSaml(assertionXml(), KEYS.rsa)).toString('base64url'),
    }),
    good('base64 in lines', '', {
      encoded: Buffer.from(signed)
        .toString('base64')
        .replace(/(.{76})/g, '$1\r\n'),
    }),
    good('signed by the next certificate', signSaml(responseXml(), KEYS.next)),
    good('RSA with SHA-384', withAlgorithm(KEYS.rsa, `${MORE}rsa-sha384`, `${MORE}sha384`)),
    good('RSA with SHA-512', withAlgorithm(KEYS.rsa, `${MORE}rsa-sha512`, `${XMLENC}sha512`)),
    good('ECDSA P-256', withAlgorithm(KEYS['P-256'], `${MORE}ecdsa-sha256`, `${XMLENC}sha256`)),
    good('ECDSA P-384', withAlgorithm(KEYS['P-384'], `${MORE}ecdsa-sha384`, `${MORE}sha384`)),
    good('ECDSA P-521', withAlgorithm(KEYS['P-521'], `${MORE}ecdsa-sha512`, `${XMLENC}sha512`)),
    good(
      'ECDSA P-384 with SHA-256',
      withAlgorithm(KEYS['P-384'], `${MORE}ecdsa-sha256`, `${XMLENC}sha256`),
    ),
    good(
      'inclusive prefixes of the assertion',
      signSaml(responseXml({ assertion: typed }), KEYS.rsa),
    ),
    good(
      'inclusive prefixes of the response',
      signSaml(
        responseXml({
          assertion: outerPrefixes,
          attributes: ' xmlns:xs="http://www.w3.org/2001/XMLSchema"',
        }),
        KEYS.rsa,
      ),
    ),
    good(
      'pretty-printed',
      signSaml(responseXml().replace(/></g, '>\n  <'), KEYS.rsa).replace(/^/, ''),
    ),
    good(
      'line ends of Windows',
      signSaml(responseXml().replace(/></g, '>\n  <'), KEYS.rsa).replace(/\n/g, '\r\n'),
    ),
    good('default namespaces', signSaml(withoutPrefixes(responseXml()), KEYS.rsa)),
    good('without an XML declaration', signed.replace(/^<\?xml.*?\?>\n?/, '')),
    good('text that begins with a slash', withAttributes(attributeXml('home', '/home/alice'))),
    good(
      'references and characters beyond ASCII',
      withAttributes(attributeXml('name', 'Ālice &amp; Bob &lt;x&gt; &#x1F600; &#13;&#10;ü')),
    ),
    good(
      'quotes and white space in an attribute',
      withAttributes(attributeXml('a &quot;b&quot; &#9;c&#10;', 'v')),
    ),
    good(
      'an attribute repeated for each value',
      withAttributes(attributeXml('groups', 'a'), attributeXml('groups', 'b')),
    ),
    good(
      'attributes without values',
      withAttributes('<saml:Attribute Name="none"/>', attributeXml('empty', '')),
    ),
    good(
      'several confirmations, one of which is for the broker',
      signSaml(
        responseXml({
          assertion: assertionXml({
            confirmation:
              confirmationXml(
                `NotOnOrAfter="2999-01-01T00:00:00Z" Recipient="https://other.example"`,
              ) +
              confirmationXml('', 'urn:oasis:names:tc:SAML:2.0:cm:holder-of-key') +
              confirmationXml(),
          }),
        }),
        KEYS.rsa,
      ),
    ),
    good('several audiences', withConditions(audienceXml('urn:other', 'urn:broker:test'))),
    good(
      'several restrictions',
      withConditions(audienceXml() + audienceXml('urn:broker:test', 'urn:b')),
    ),
    good(
      'a persistent NameID with qualifiers',
      signSaml(
        responseXml({
          assertion: assertionXml({
            nameId: nameIdXml(
              'p-1',
              PERSISTENT,
              ` NameQualifier="${ENTITY_ID}" SPNameQualifier="urn:broker:test"`,
            ),
          }),
        }),
        KEYS.rsa,
      ),
      { subject: 'p-1' },
    ),
    good(
      'no AuthnStatement',
      signSaml(responseXml({ assertion: assertionXml({ statements: '' }) }), KEYS.rsa),
    ),
    good(
      'no Destination, where the assertion is signed',
      signSaml(responseXml({ destination: '' }), KEYS.rsa),
    ),
    good(
      'no Issuer of the response',
      signSaml(responseXml({ issuer: '' }), KEYS.rsa, ASSERTION_SIGNATURE),
    ),
    good(
      'white space in a tag',
      signed.replace('<saml:Subject>', `<saml:Subject${' '.repeat(60_000)}>`),
    ),
    good(
      'InResponseTo',
      signSaml(responseXml({ attributes: ' InResponseTo="_request"' }), KEYS.rsa),
    ),
  ]
}

const withConditions = (inner: string) =>
  signSaml(
    responseXml({ assertion: assertionXml({ conditions: conditionsXml(undefined, inner) }) }),
    KEYS.rsa,
  )

/** As SimpleSAMLphp's and other templates write it: each element declares its own namespace. */
function withoutPrefixes(xml: string): string {
  return xml
    .replace(/<saml:(\w+)/g, '<$1 xmlns="urn:oasis:names:tc:SAML:2.0:assertion"')
    .replace(/<\/saml:/g, '</')
    .replace(
      '<Assertion xmlns="urn:oasis:names:tc:SAML:2.0:assertion" xmlns:saml',
      '<Assertion xmlns="urn:oasis:names:tc:SAML:2.0:assertion" xmlns:unused',
    )
}
