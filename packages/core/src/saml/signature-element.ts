/** Reads a `ds:Signature`: only the one form that SAML prescribes (SAML Core §5.4). */

import {
  demandAttributes,
  demandEmpty,
  once,
  optional,
  readChildren,
  readOnlyText,
  repeated,
  requiredAttribute,
} from './read-children.ts'
import { EXCLUSIVE, SIGNATURE } from './saml-names.ts'
import { SamlProblem } from './saml-problem.ts'
import type { XmlElement } from './xml-element.ts'

export interface SignatureMethod {
  readonly kty: 'RSA' | 'EC'
  /** Node's name of the hash function. */
  readonly hash: string
}

export interface XmlSignature {
  readonly element: XmlElement
  readonly signedInfo: XmlElement
  /** Of the canonical form of {@link signedInfo}. */
  readonly signedInfoPrefixes: readonly string[]
  readonly method: SignatureMethod
  readonly value: Buffer
  /** The ID of the element that is signed. */
  readonly reference: string
  /** Of the canonical form of that element. */
  readonly referencePrefixes: readonly string[]
  readonly digestHash: string
  readonly digest: Buffer
}

/** SHA-2 only: with SHA-1, others than the owner of a key can prepare documents of one digest. */
const HASHES: ReadonlyMap<string, string> = new Map([
  ['http://www.w3.org/2001/04/xmlenc#sha256', 'sha256'],
  ['http://www.w3.org/2001/04/xmldsig-more#sha384', 'sha384'],
  ['http://www.w3.org/2001/04/xmlenc#sha512', 'sha512'],
])
/** No HMAC: its secret would be a public key. */
const METHODS: ReadonlyMap<string, SignatureMethod> = new Map(
  ['sha256', 'sha384', 'sha512'].flatMap((hash) => [
    method('RSA', `rsa-${hash}`, hash),
    method('EC', `ecdsa-${hash}`, hash),
  ]),
)
const ENVELOPED = `${SIGNATURE}enveloped-signature`

/** Each costs a look-up for each element. */
const MAX_PREFIXES = 16

/** @throws {SamlProblem} */
export function readSignatureElement(element: XmlElement): XmlSignature {
  demandAttributes(element, ['Id'])
  const children = readChildren(element, [
    once(SIGNATURE, 'SignedInfo'),
    once(SIGNATURE, 'SignatureValue'),
    // Its certificates say only who claims to have signed: the keys are those of the document.
    optional(SIGNATURE, 'KeyInfo'),
  ])
  const signedInfo = children.one('SignedInfo')
  const { one } = readChildren(signedInfo, [
    once(SIGNATURE, 'CanonicalizationMethod'),
    once(SIGNATURE, 'SignatureMethod'),
    once(SIGNATURE, 'Reference'),
  ])
  demandEmpty(one('SignatureMethod'))
  const known = METHODS.get(requiredAttribute(one('SignatureMethod'), 'Algorithm'))
  if (known === undefined)
    throw new SamlProblem(
      'has a signature other than RSA or ECDSA with SHA-256, SHA-384 or SHA-512',
    )
  return {
    element,
    signedInfo,
    signedInfoPrefixes: readCanonicalization(one('CanonicalizationMethod')),
    method: known,
    value: decodeValue(children.one('SignatureValue')),
    ...readReference(one('Reference')),
  }
}

function readReference(reference: XmlElement) {
  demandAttributes(reference, ['Id', 'URI'])
  const { one } = readChildren(reference, [
    once(SIGNATURE, 'Transforms'),
    once(SIGNATURE, 'DigestMethod'),
    once(SIGNATURE, 'DigestValue'),
  ])
  demandEmpty(one('DigestMethod'))
  const digestHash = HASHES.get(requiredAttribute(one('DigestMethod'), 'Algorithm'))
  if (digestHash === undefined)
    throw new SamlProblem('has a digest other than SHA-256, SHA-384 or SHA-512')
  const [, id] = /^#([A-Za-z_][\w.-]*)$/.exec(requiredAttribute(reference, 'URI')) ?? []
  if (id === undefined) throw new SamlProblem('has a signature over something other than an ID')
  return {
    reference: id,
    referencePrefixes: readTransforms(one('Transforms')),
    digestHash,
    digest: decodeValue(one('DigestValue')),
  }
}

/**
 * Without the first, the signature would be over itself. Any other could choose what is signed, or
 * replace it (XPath, XSLT, base64).
 */
function readTransforms(element: XmlElement): readonly string[] {
  const transforms = readChildren(element, [repeated(SIGNATURE, 'Transform')]).all('Transform')
  const [enveloped, exclusive] = transforms
  if (enveloped === undefined || exclusive === undefined || transforms.length > 2)
    throw new SamlProblem('has other transforms than enveloped-signature and exclusive c14n')
  if (requiredAttribute(enveloped, 'Algorithm') !== ENVELOPED)
    throw new SamlProblem('has a signature whose first transform is not enveloped-signature')
  demandEmpty(enveloped)
  return readCanonicalization(exclusive)
}

/** @returns the prefixes of `InclusiveNamespaces` */
function readCanonicalization(element: XmlElement): readonly string[] {
  if (requiredAttribute(element, 'Algorithm') !== EXCLUSIVE)
    throw new SamlProblem('has a canonicalization other than exclusive c14n without comments')
  const rules = [optional(EXCLUSIVE, 'InclusiveNamespaces')]
  const [inclusive] = readChildren(element, rules).all('InclusiveNamespaces')
  if (inclusive === undefined) return []
  demandEmpty(inclusive)
  const prefixes = requiredAttribute(inclusive, 'PrefixList')
    .split(/[ \t\n\r]+/)
    .filter(Boolean)
  if (prefixes.length > MAX_PREFIXES)
    throw new SamlProblem(`has a list of more than ${MAX_PREFIXES} prefixes`)
  return prefixes.map((prefix) => (prefix === '#default' ? '' : prefix))
}

/** Base64, with white space. */
function decodeValue(element: XmlElement): Buffer {
  const text = readOnlyText(element).replace(/[ \t\n\r]+/g, '')
  const bytes = Buffer.from(text, 'base64')
  if (bytes.length === 0 || bytes.toString('base64') !== text)
    throw new SamlProblem(`has a ${element.name} that is not base64`)
  return bytes
}

function method(kty: SignatureMethod['kty'], name: string, hash: string) {
  return [`http://www.w3.org/2001/04/xmldsig-more#${name}`, { kty, hash }] as const
}
