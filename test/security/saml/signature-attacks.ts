/** Signatures that were changed, that another signed, or that are too weak or ambiguous. */
import { createHmac, createSign, X509Certificate } from 'node:crypto'
import {
  ASSERTION_SIGNATURE,
  assertionXml,
  createSamlKey,
  ENVELOPED,
  EXCLUSIVE,
  EXCLUSIVE_C14N,
  MORE,
  RESPONSE_SIGNATURE,
  responseXml,
  type SamlKey,
  type SignatureParts,
  signatureXml,
  signSaml,
} from '../../fixtures/saml-documents.ts'
import { attack, type SamlCase, unsignedXml } from './saml-case.ts'
import { KEYS } from './saml-keys.ts'

const DSIG = 'http://www.w3.org/2000/09/xmldsig#'

export function signatureAttacks(): readonly SamlCase[] {
  return [
    ...changedSignatures(signSaml(responseXml(), KEYS.rsa)),
    ...twoSigners(),
    ...weakSignatures(),
  ]
}

function changedSignatures(signed: string): SamlCase[] {
  const broken = attack('signature changed')
  const info = (/<ds:SignedInfo>.*<\/ds:SignedInfo>/s.exec(signed) ?? [''])[0]
  const forgedInfo = info.replace(/<ds:DigestValue>[^<]*/, '<ds:DigestValue>AAAA')
  const secret = new X509Certificate(KEYS.rsa.certificate).publicKey.export({
    type: 'spki',
    format: 'pem',
  })
  const hmacInfo = info.replace(`${MORE}rsa-sha256`, `${MORE}hmac-sha256`)
  const hmac = createHmac('sha256', secret).update(hmacInfo).digest('base64')
  const foreign = createSign('sha256').update(info).sign(KEYS.foreign.privateKey, 'base64')
  const digest = /<ds:DigestValue>([^<]*)/.exec(signed)?.[1] ?? ''
  return [
    broken('none', responseXml({ assertion: assertionXml({ signature: '' }) }), /has no signature/),
    broken('none, alone', assertionXml({ signature: '' }), /has no signature/),
    broken(
      'an empty one',
      signed.replace(/<ds:SignatureValue>[^<]*/, '<ds:SignatureValue>'),
      /not base64/,
    ),
    broken(
      'another value',
      signed.replace(/<ds:SignatureValue>[^<]*/, '<ds:SignatureValue>AAAA'),
      /was changed/,
    ),
    broken(
      'two SignedInfo, the forged one first (CVE-2025-29774)',
      signed.replace(info, () => forgedInfo + info),
    ),
    broken(
      'two SignedInfo, the forged one last (CVE-2025-29774)',
      signed.replace(info, () => info + forgedInfo),
    ),
    broken(
      'SignedInfo in KeyInfo',
      signed.replace('<ds:KeyInfo>', () => `<ds:KeyInfo>${forgedInfo}`),
      /SignedInfo in another place/,
    ),
    broken(
      'SignedInfo in an Object',
      signed.replace(
        '</ds:Signature>',
        () => `<ds:Object>${forgedInfo}</ds:Object></ds:Signature>`,
      ),
      /Object/,
    ),
    broken(
      'a comment in the digest (CVE-2025-29775)',
      signed.replace(digest, () => `AAAA<!--${digest}-->`),
      /has a comment/,
    ),
    broken(
      'two digests',
      signed.replace('</ds:DigestValue>', `$&<ds:DigestValue>${digest}</ds:DigestValue>`),
    ),
    broken(
      'HMAC with the public key',
      signed
        .replace(info, () => hmacInfo)
        .replace(/<ds:SignatureValue>[^<]*/, `<ds:SignatureValue>${hmac}`),
      /other than RSA or ECDSA/,
    ),
    broken(
      'none as its method',
      signed.replace(`${MORE}rsa-sha256`, 'none'),
      /other than RSA or ECDSA/,
    ),
    broken(
      'a namespace that is not absolute (void canonicalization)',
      signed.replace('<saml:Subject>', '<saml:Subject xmlns:x="1">'),
      /declares a namespace/,
    ),
    broken(
      'the digest of nothing',
      signed.replace(digest, '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='),
      /was changed/,
    ),
    broken(
      'the digest in hexadecimal',
      signed.replace(digest, () => Buffer.from(digest, 'base64').toString('hex').slice(0, 63)),
    ),
    broken(
      'text that another key signed',
      signed.replace(/<ds:SignatureValue>[^<]*/, `<ds:SignatureValue>${foreign}`),
      /was changed/,
    ),
    ...[KEYS.foreign, KEYS['P-256']].map((key, index) =>
      broken(
        `a foreign certificate in it, ${index === 0 ? 'RSA' : 'ECDSA by a method for RSA'}`,
        index === 0
          ? signSaml(responseXml(), key)
          : signed.replace(`${MORE}rsa-sha256`, `${MORE}ecdsa-sha256`),
        /not signed with a key/,
      ),
    ),
  ]
}

/** What `xmlsec1` signs, and the broker does not accept. */
function weakSignatures(): SamlCase[] {
  const weak = attack('weak or ambiguous signature')
  const signed = (
    name: string,
    parts: Partial<SignatureParts>,
    reason?: RegExp,
    key: SamlKey = KEYS.rsa,
  ) => {
    const signature = signatureXml({ id: '_assertion', ...parts })
    return weak(
      name,
      signSaml(responseXml({ assertion: assertionXml({ signature }) }), key),
      reason,
    )
  }
  const transform = (algorithm: string, inner = '') =>
    `<ds:Transform Algorithm="${algorithm}">${inner}</ds:Transform>`
  const inclusive = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315'
  const xpath = transform(
    'http://www.w3.org/TR/1999/REC-xpath-19991116',
    '<ds:XPath>not(ancestor-or-self::ds:Signature)</ds:XPath>',
  )
  const reference =
    `<ds:Reference URI="#_assertion"><ds:Transforms>${ENVELOPED}${EXCLUSIVE}</ds:Transforms>` +
    '<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>' +
    '<ds:DigestValue/></ds:Reference>'
  return [
    signed('RSA with SHA-1', { method: `${DSIG}rsa-sha1` }, /other than RSA or ECDSA/),
    signed('a digest with SHA-1', { digest: `${DSIG}sha1` }, /digest other/),
    signed('RSA with SHA-224', { method: `${MORE}rsa-sha224` }, /other than RSA or ECDSA/),
    signed(
      'inclusive c14n of SignedInfo',
      { canonicalization: inclusive },
      /canonicalization other/,
    ),
    signed(
      'c14n with comments of SignedInfo',
      { canonicalization: `${EXCLUSIVE_C14N}WithComments` },
      /canonicalization other/,
    ),
    signed(
      'inclusive c14n of the assertion',
      { transforms: ENVELOPED + transform(inclusive) },
      /canonicalization other/,
    ),
    signed(
      'c14n 1.1 of the assertion',
      { transforms: ENVELOPED + transform('http://www.w3.org/2006/12/xml-c14n11') },
      /canonicalization other/,
    ),
    signed(
      'c14n with comments of the assertion',
      { transforms: ENVELOPED + transform(`${EXCLUSIVE_C14N}WithComments`) },
      /canonicalization other/,
    ),
    signed('no exclusive c14n', { transforms: ENVELOPED }, /other transforms/),
    signed(
      'an XPath transform more',
      { transforms: ENVELOPED + xpath + EXCLUSIVE },
      /other transforms/,
    ),
    signed('an XPath transform instead', { transforms: xpath + EXCLUSIVE }, /first transform/),
    weak('c14n first', unsignedXml({ transforms: EXCLUSIVE + ENVELOPED }), /first transform/),
    weak(
      'one transform twice',
      unsignedXml({ transforms: ENVELOPED + EXCLUSIVE + EXCLUSIVE }),
      /other transforms/,
    ),
    signed('an empty URI', { uri: '' }, /something other than an ID/),
    signed(
      'an XPointer',
      { uri: '#xpointer(id(&apos;_assertion&apos;))' },
      /something other than an ID/,
    ),
    signed('the ID of the response', { uri: '#_response' }, /over another element/),
    signed('two references', { signedInfoInner: reference }, /does not belong there/),
    signed('an Object', { inner: '<ds:Object>x</ds:Object>' }, /Object/),
    weak(
      'RSA with 1,024 bits',
      signSaml(responseXml(), createSamlKey('rsa-1024'), ASSERTION_SIGNATURE),
      /not signed with a key/,
    ),
    weak(
      'a base64 transform',
      unsignedXml({ transforms: ENVELOPED + transform(`${DSIG}base64`) }),
      /canonicalization other/,
    ),
    weak(
      'an XSLT transform',
      unsignedXml({
        transforms: ENVELOPED + transform('http://www.w3.org/TR/1999/REC-xslt-19991116'),
      }),
      /canonicalization other/,
    ),
    weak(
      'the length of an HMAC',
      unsignedXml({}).replace(
        'rsa-sha256"/>',
        'rsa-sha256"><ds:HMACOutputLength>1</ds:HMACOutputLength></ds:SignatureMethod>',
      ),
      /SignatureMethod/,
    ),
  ]
}

/** Where both are signed, both signatures must be the issuer's. */
function twoSigners(): SamlCase[] {
  const broken = attack('signature changed')
  const both = responseXml({ signature: signatureXml({ id: '_response' }) })
  const signed = (assertion: SamlKey, response: SamlKey) =>
    signSaml(signSaml(both, assertion), response, RESPONSE_SIGNATURE)
  const reason = /not signed with a key/
  return [
    broken('of the assertion by a foreign key', signed(KEYS.foreign, KEYS.rsa), reason),
    broken('of the response by a foreign key', signed(KEYS.rsa, KEYS.foreign), reason),
  ]
}
