/** Reads the metadata of an identity provider: its signing keys, and how long they count. */
import { createPublicKey, hash, type KeyObject } from 'node:crypto'
import type { JWK } from '../model/jwk.ts'
import { type CertifiedKey, keyOfCertificate } from './certificate-key.ts'
import { checkSignature } from './check-signature.ts'
import { attributeOf, readOnlyText, requiredAttribute } from './read-children.ts'
import { readInstant } from './read-values.ts'
import { readXml, type XmlLimits } from './read-xml.ts'
import { METADATA, PROTOCOL, SIGNATURE } from './saml-names.ts'
import { SamlProblem } from './saml-problem.ts'
import { readSignatureElement } from './signature-element.ts'
import { elementsIn, type XmlElement } from './xml-element.ts'

/** Each forged assertion is compared with all of them. */
const MAX_SIGNING_KEYS = 10

const LIMITS: XmlLimits = { characters: 512 * 1024, elements: 10_000 }
const DATE_PARTS = '(?:(\\d{1,4})Y)?(?:(\\d{1,4})M)?(?:(\\d{1,6})D)?'
const TIME_PARTS = '(?:(\\d{1,6})H)?(?:(\\d{1,8})M)?(?:(\\d{1,9})(?:\\.\\d+)?S)?'
/** XML Schema §3.2.6, without negative ones. */
const DURATION = new RegExp(`^P${DATE_PARTS}(?:T${TIME_PARTS})?$`)
/** In milliseconds; a month counts as the shortest, because a shorter time is always right. */
const UNITS = [365, 28, 1, 1 / 24, 1 / 1440, 1 / 86_400].map((days) => days * 86_400_000)

export interface IssuerMetadata {
  /** Each has a `kid`, the digest of its certificate. */
  readonly jwks: readonly CertifiedKey[]
  /** Milliseconds since the epoch; undefined: it has no end. */
  readonly validUntilMs: number | undefined
  /** How long it may be cached; undefined: it does not say. */
  readonly cacheMs: number | undefined
}

/**
 * Whether its time is over is for the caller to check, who has a clock.
 * @param entityId of the issuer in the tenant document, which must be that of the metadata
 * @param signers one of these must have signed it. Where there are none, a signature only shows
 *   that the document is complete, because anyone can make one with a certificate of their own
 * @throws {SamlProblem}
 */
export function readMetadata(
  xml: string,
  entityId: string,
  signers: readonly JWK[],
): IssuerMetadata {
  const written = readXml(xml.replace(/^\ufeff/, ''), LIMITS)
  const descriptor = demandDescriptor(written, entityId)
  const [signature] = childrenOf(descriptor, SIGNATURE, 'Signature')
  if (signature === undefined && signers.length > 0)
    throw new SamlProblem('has no signature, although the tenant document has metadataCertificates')
  const root = signature === undefined ? descriptor : verified(descriptor, signature, signers)
  demandDescriptor(root, entityId)
  const roles = childrenOf(root, METADATA, 'IDPSSODescriptor').filter((role) =>
    requiredAttribute(role, 'protocolSupportEnumeration').split(/\s+/).includes(PROTOCOL),
  )
  const keys = new Map(roles.flatMap(signingCertificates).map((one) => [one.kid, one]))
  if (keys.size === 0 || keys.size > MAX_SIGNING_KEYS)
    throw new SamlProblem(
      `has ${keys.size} signing certificates of a SAML 2.0 identity provider, and 1 to ` +
        `${MAX_SIGNING_KEYS} are accepted`,
    )
  return {
    jwks: [...keys.values()],
    validUntilMs: leastOf([root, ...roles].map((one) => readInstant(one, 'validUntil'))),
    cacheMs: leastOf([root, ...roles].map(readDuration)),
  }
}

function demandDescriptor(root: XmlElement, entityId: string): XmlElement {
  if (root.namespace !== METADATA || root.name !== 'EntityDescriptor')
    throw new SamlProblem('is not the EntityDescriptor of one entity')
  if (requiredAttribute(root, 'entityID') !== entityId)
    throw new SamlProblem('is of another entity than the issuer of the tenant document (entityID)')
  return root
}

/** @returns what is signed, read from the signed text alone */
function verified(
  element: XmlElement,
  signatureElement: XmlElement,
  signers: readonly JWK[],
): XmlElement {
  const signature = readSignatureElement(signatureElement)
  const ids = [...elementsIn(element)].flatMap((one) => attributeOf(one, 'ID') ?? [])
  if (signature.reference !== attributeOf(element, 'ID') || new Set(ids).size < ids.length)
    throw new SamlProblem('has a signature over another element')
  const keys =
    signers.length > 0
      ? signers
      : certificatesIn(element).flatMap((certificate) => keyOfCertificate(certificate) ?? [])
  const signed = checkSignature({ element, signature }, keys.map(toKeyObject))
  if (signed === undefined)
    throw new SamlProblem(
      signers.length > 0
        ? 'is not signed with a key of metadataCertificates'
        : 'has a signature that is not valid, so the document was changed',
    )
  return readXml(signed.text, LIMITS)
}

function signingCertificates(role: XmlElement): (CertifiedKey & { readonly kid: string })[] {
  return childrenOf(role, METADATA, 'KeyDescriptor')
    .filter((one) => (attributeOf(one, 'use') ?? 'signing') === 'signing')
    .flatMap((descriptor) => {
      // A chain begins with the certificate of the key itself.
      const [certificate] = certificatesIn(descriptor)
      if (certificate === undefined) return []
      const key = keyOfCertificate(certificate)
      if (key === undefined) throw new SamlProblem('has a signing certificate that cannot be read')
      return [{ ...key, kid: hash('sha256', certificate, 'base64url') }]
    })
}

function certificatesIn(element: XmlElement): readonly Buffer[] {
  return [...elementsIn(element)]
    .filter(({ namespace, name }) => namespace === SIGNATURE && name === 'X509Certificate')
    .map((certificate) => Buffer.from(readOnlyText(certificate), 'base64'))
}

/** Only the members that make up the key. */
function toKeyObject({ kty, n, e, crv, x, y }: JWK): KeyObject {
  const members = Object.entries({ kty, n, e, crv, x, y }).filter(
    ([, value]) => value !== undefined,
  )
  return createPublicKey({ key: Object.fromEntries(members), format: 'jwk' })
}

function readDuration(element: XmlElement): number | undefined {
  const text = attributeOf(element, 'cacheDuration')
  if (text === undefined) return undefined
  const [, ...parts] = DURATION.exec(text) ?? []
  if (parts.every((part) => part === undefined))
    throw new SamlProblem('has a cacheDuration that is not a duration')
  return parts.reduce((sum, part, index) => sum + Number(part ?? 0) * (UNITS[index] ?? 0), 0)
}

function leastOf(values: readonly (number | undefined)[]): number | undefined {
  const present = values.filter((value) => value !== undefined)
  return present.length === 0 ? undefined : Math.min(...present)
}

function childrenOf(parent: XmlElement, namespace: string, name: string): XmlElement[] {
  return parent.children
    .filter((child) => typeof child !== 'string')
    .filter((child) => child.namespace === namespace && child.name === name)
}
