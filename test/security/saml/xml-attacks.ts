/** Attacks on readers of XML, and on what a reader has time and memory for. */
import {
  assertionXml,
  attributeXml,
  ENVELOPED,
  nameIdXml,
  prefixesXml,
  responseXml,
  signSaml,
  statementsXml,
} from '../../fixtures/saml-documents.ts'
import { attack, type SamlCase, unsignedXml } from './saml-case.ts'
import { KEYS } from './saml-keys.ts'

const NAME = 'alice@example.com'

export function xmlAttacks(): readonly SamlCase[] {
  const signed = signSaml(responseXml(), KEYS.rsa)
  return [
    ...changedText(signed),
    ...doctypes(signed),
    ...exhausting(signed),
    ...malformed(signed),
    ...disagreements(),
  ]
}

/** Canonicalization drops comments, so the signature stays valid. */
function changedText(signed: string): SamlCase[] {
  const text = attack('text of the NameID')
  const named = (value: string) => signed.replace(NAME, value)
  return [
    text('a comment in it', named('alice@example.com<!---->.evil.example'), /has a comment/),
    text('a comment before it', named(`<!-- bob -->${NAME}`), /has a comment/),
    text('a comment in the domain', named('alice@<!---->example.com'), /has a comment/),
    text('a CDATA section', named(`<![CDATA[${NAME}]]>`), /has a CDATA section/),
    text('a CDATA section beside it', named(`${NAME}<![CDATA[]]>`), /has a CDATA section/),
    text('a processing instruction', named(`${NAME}<?x y?>`), /processing instruction/),
    text(
      'a child element, signed',
      signSaml(
        responseXml({ assertion: assertionXml({ nameId: nameIdXml('root<b>@x</b>') }) }),
        KEYS.rsa,
      ),
      /child elements in NameID/,
    ),
    text(
      'a child element of an attribute, signed',
      signSaml(
        responseXml({
          assertion: assertionXml({ statements: statementsXml(attributeXml('a', 'x<y/>')) }),
        }),
        KEYS.rsa,
      ),
      /child elements in AttributeValue/,
    ),
    text('a comment in an attribute', signed.replace('admins', 'admins<!---->'), /has a comment/),
    text('another name', named('mallory@example.com'), /was changed/),
    text('another group', signed.replace('staff', 'admin'), /was changed/),
    text('one space more', named(`${NAME} `), /was changed/),
    text('a character of another script', named('аlice@example.com'), /was changed/),
    text('another audience', signed.replace('urn:broker:test', 'urn:broker:tesu'), /was changed/),
  ]
}

function doctypes(signed: string): SamlCase[] {
  const doctype = attack('document type')
  const xml = signed.replace(/^<\?xml.*?\?>\n?/, '')
  const before = (text: string) => text + xml
  const bomb =
    `<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "${'&a;'.repeat(9)}">` +
    `<!ENTITY c "${'&b;'.repeat(9)}">]>`
  return [
    doctype('an empty one', before('<!DOCTYPE x>'), /document type/),
    doctype(
      'an entity of a file (XXE)',
      before('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>').replace(NAME, '&e;'),
      /document type/,
    ),
    doctype(
      'an entity of a URL (XXE)',
      before('<!DOCTYPE x [<!ENTITY e SYSTEM "http://169.254.169.254/">]>').replace(NAME, '&e;'),
      /document type/,
    ),
    doctype(
      'an external subset',
      before('<!DOCTYPE x SYSTEM "http://evil.example/x.dtd">'),
      /document type/,
    ),
    doctype('an entity bomb', before(bomb).replace(NAME, '&c;'), /document type/),
    doctype(
      'a default attribute',
      before('<!DOCTYPE x [<!ATTLIST saml:Assertion x CDATA "y">]>'),
      /document type/,
    ),
    doctype('an entity without a declaration', signed.replace(NAME, '&alice;'), /an entity/),
    doctype('a reference to no character', signed.replace(NAME, '&#0;'), /an entity/),
    doctype('a reference to half a character', signed.replace(NAME, '&#xD800;'), /an entity/),
    doctype('an ampersand', signed.replace(NAME, 'a & b'), /an entity/),
  ]
}

function exhausting(signed: string): SamlCase[] {
  const costly = attack('exhausting')
  const at = (text: string) =>
    signed.replace('<saml:AttributeStatement>', () => `<saml:AttributeStatement>${text}`)
  const references = '<ds:Reference URI="#_assertion"/>'.repeat(2_900)
  return [
    costly(
      'nested elements',
      at(`${'<a>'.repeat(9_000)}${'</a>'.repeat(9_000)}`),
      /nested deeper than 24/,
    ),
    costly('many elements', at('<a/>'.repeat(9_000)), /more than 2000 elements/),
    costly(
      'many attributes',
      at(`<a ${Array.from({ length: 5_000 }, (_, n) => `a${n}=""`).join(' ')}/>`),
      /more than 32 attributes/,
    ),
    costly(
      'many namespaces',
      at(
        Array.from(
          { length: 20 },
          (_, n) =>
            `<a ${Array.from({ length: 30 }, (_, m) => `xmlns:n${n}x${m}="urn:x"`).join(' ')}>`,
        ).join(''),
      ),
      /more than 32 namespaces/,
    ),
    costly(
      'thousands of references',
      signed.replace('</ds:SignedInfo>', `${references}$&`),
      /more than 2000 elements|longer than/,
    ),
    costly(
      'a thousand references',
      signed.replace('</ds:SignedInfo>', `${references.slice(0, 33 * 1_000)}$&`),
      /does not belong there/,
    ),
    costly(
      'a long list of prefixes',
      unsignedXml({
        transforms: ENVELOPED + prefixesXml('a '.repeat(9_000)),
      }),
      /more than 16 prefixes/,
    ),
    costly('too many characters', signed.replace(NAME, 'a'.repeat(80_000)), /longer than/),
    costly(
      'many references to characters',
      signed.replace(NAME, '&#65;'.repeat(12_000)),
      /was changed/,
    ),
    costly(
      'an attribute that does not end',
      signed.replace('<saml:Subject>', `<saml:Subject a="${'x'.repeat(60_000)}`),
      /SAML token/,
    ),
  ]
}

function malformed(signed: string): SamlCase[] {
  const bad = attack('not SAML')
  const encoded = (name: string, text: string, reason = /SAML token/) => ({
    ...bad(name, ''),
    encoded: text,
    reason,
  })
  return [
    encoded('not base64', 'not base64!', /not base64/),
    encoded(
      'base64 with other bits',
      `${Buffer.from('<a/>').toString('base64').slice(0, -3)}z==`,
      /not base64/,
    ),
    encoded('not UTF-8', Buffer.from('<a>\xff</a>', 'latin1').toString('base64'), /not UTF-8/),
    encoded(
      'UTF-16',
      Buffer.from(`\ufeff${signed}`, 'utf16le').toString('base64'),
      /not UTF-8|not base64|SAML token/,
    ),
    encoded('a JWT', 'eyJhbGciOiJub25lIn0.e30.', /not base64/),
    bad('a byte order mark', `\ufeff${signed}`),
    bad(
      'another encoding',
      signed.replace('<?xml version="1.0"', '<?xml version="1.0" encoding="UTF-7"'),
    ),
    bad('XML 1.1', signed.replace('<?xml version="1.0"', '<?xml version="1.1"')),
    bad('JSON', '{"sub":"alice"}'),
    bad('HTML', '<html><body>Sign in</body></html>', /neither a Response nor an Assertion/),
    bad(
      'an AuthnRequest',
      '<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"/>',
      /neither a Response/,
    ),
    bad('two documents', `${signed}<a/>`, /several elements at its top/),
    bad('text behind it', `${signed}x`, /text outside/),
    bad('an element that does not end', signed.replace('</samlp:Response>', ''), /not complete/),
    bad(
      'end tags in another order',
      signed.replace('</saml:Subject>', '</saml:Conditions>'),
      /end tag/,
    ),
    bad(
      'an attribute twice',
      signed.replace('Version="2.0"', 'Version="2.0" Version="2.0"'),
      /two attributes/,
    ),
    bad(
      'an attribute twice, by two prefixes',
      signed.replace(
        '<saml:Subject>',
        '<saml:Subject xmlns:a="urn:x" xmlns:b="urn:x" a:c="1" b:c="2">',
      ),
      /two attributes/,
    ),
    bad(
      'a prefix without a namespace',
      signed.replace('<saml:Subject>', '<saml:Subject x:y="1">'),
      /prefix without a namespace/,
    ),
    bad(
      'the namespace of xmlns',
      signed.replace('<saml:Subject>', '<saml:Subject xmlns:x="http://www.w3.org/2000/xmlns/">'),
      /declares a namespace/,
    ),
    bad(
      'xml for another namespace',
      signed.replace('<saml:Subject>', '<saml:Subject xmlns:xml="urn:x">'),
      /declares a namespace/,
    ),
    bad(
      'an attribute that looks like a declaration',
      signed.replace('<saml:Subject>', '<saml:Subject xmlnsx="urn:x">'),
      /begins with xmlns/,
    ),
    bad('a control character', signed.replace(NAME, 'a\u0001'), /does not allow/),
    bad('a line end of XML 1.1', signed.replace(NAME, 'a\u2028b'), /does not allow/),
    bad('the end of a CDATA section', signed.replace(NAME, 'a]]>b'), /CDATA/),
    bad('a less-than sign in an attribute', signed.replace('Name="mail"', 'Name="<"')),
    bad(
      'another namespace of the assertion',
      signed.replaceAll('SAML:2.0:assertion', 'SAML:1.0:assertion'),
    ),
    bad(
      'an encrypted assertion',
      signed.replace(/<saml:Assertion.*<\/saml:Assertion>/s, '<saml:EncryptedAssertion/>'),
      /encrypted, which the broker does not support/,
    ),
    bad(
      'an encrypted NameID',
      signSaml(
        responseXml({ assertion: assertionXml({ nameId: '<saml:EncryptedID/>' }) }),
        KEYS.rsa,
      ),
      /encrypted/,
    ),
    bad(
      'an encrypted attribute',
      signSaml(
        responseXml({
          assertion: assertionXml({ statements: statementsXml('<saml:EncryptedAttribute/>') }),
        }),
        KEYS.rsa,
      ),
      /encrypted/,
    ),
    bad('no assertion', responseXml({ assertion: '' }), /has no Assertion/),
  ]
}

/**
 * Valid signatures over documents that xml-crypto canonicalizes in another way than the
 * recommendation says: it sorts prefixes as words, and compares attributes by namespace and name in
 * one text.
 */
function disagreements(): SamlCase[] {
  const differs = attack('read in two ways')
  const signed = (name: string, attributes: string) => {
    const attribute = attributeXml('a', 'b').replace('<saml:Attribute ', `$&${attributes} `)
    const statements = statementsXml(attribute)
    const xml = responseXml({ assertion: assertionXml({ statements }) })
    return differs(name, signSaml(xml, KEYS.rsa), /other programs read in another way/)
  }
  return [
    signed('prefixes in two cases', 'xmlns:Z="urn:z" xmlns:a="urn:a" Z:x="1" a:y="2"'),
    signed(
      'a namespace that continues another',
      'xmlns:p="urn:a" xmlns:q="urn:ab" p:bz="1" q:a="2"',
    ),
  ]
}
