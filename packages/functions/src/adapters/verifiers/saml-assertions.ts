/**
 * Reads and verifies SAML assertions, and the metadata of their issuers. The broker loads this file
 * lazily (bundle.ts).
 */
import type { KeyObject } from 'node:crypto'
import type {
  AssertionStatement,
  JWK,
  RefusalCode,
  SamlToken,
  SamlVerifier,
} from '@token-broker/core'
import {
  assertionAudiences,
  assertionClaims,
  checkAssertion,
  checkSignature,
  DOCUMENT_LIMITS,
  decodeToken,
  type IssuerMetadata,
  type PresentedDocument,
  readAssertion,
  readMetadata,
  readResponse,
  readSamlDocument,
  readXml,
  SamlProblem,
  type SignedElement,
} from '@token-broker/core/saml'
import { isSignedTextConfirmed } from './second-signature-check.ts'

type SamlProfile = Parameters<SamlVerifier['verify']>[1]

export interface AssertionOptions {
  /**
   * The issuer's keys.
   * @param isKeyMissing whether none of the known ones fits, so that they are fetched again
   */
  readonly keysOf: (
    profile: SamlProfile,
    isKeyMissing: boolean,
    waitMs: number,
  ) => Promise<readonly KeyObject[]>
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** This bundle has no class of its own for refusals. */
  readonly refusal: (code: RefusalCode, message: string) => Error
}

/** The text that a document's signatures cover; at least one is present. */
interface SignedTexts {
  readonly response: string | undefined
  readonly assertion: string | undefined
}

export function createAssertionVerifier({ keysOf, now, refusal }: AssertionOptions): SamlVerifier {
  const refusing = <Result>(read: () => Result): Result => {
    try {
      return read()
    } catch (error) {
      if (error instanceof SamlProblem)
        throw refusal('invalid_token', `The SAML token ${error.message}.`)
      throw error
    }
  }

  const documents = new WeakMap<SamlToken, PresentedDocument>()

  return {
    read: async (encoded) =>
      refusing(() => {
        const xml = decodeToken(encoded)
        const document = readSamlDocument(xml)
        const token = { xml, issuer: document.issuer }
        documents.set(token, document)
        return token
      }),

    async verify(token, profile, waitMs) {
      const { xml } = token
      const document = documents.get(token) ?? refusing(() => readSamlDocument(xml))
      const startedMs = now()
      const known = await keysOf(profile, false, waitMs)
      const leftMs = () => Math.max(0, waitMs - Math.max(0, now() - startedMs))
      const textsBy = (keys: readonly KeyObject[]) =>
        refusing(() => verifiedTexts(xml, document, keys))
      const texts = textsBy(known) ?? textsBy(await keysOf(profile, true, leftMs()))
      if (texts === undefined)
        throw refusal(
          'invalid_token',
          'The SAML token is not signed with a key of the issuer, or was changed; check the ' +
            'certificates or the metadata of the issuer.',
        )
      return refusing(() => readStatement(document, texts, profile, now()))
    },
  }
}

/**
 * @returns undefined where a signature of the document is not one of these keys
 * @throws {SamlProblem} where our reader and xml-crypto disagree on what is signed
 */
function verifiedTexts(
  xml: string,
  { signedResponse, signedAssertion }: PresentedDocument,
  keys: readonly KeyObject[],
): SignedTexts | undefined {
  const textOf = (signed: SignedElement | undefined): string | undefined => {
    if (signed === undefined) return undefined
    const accepted = checkSignature(signed, keys)
    if (accepted !== undefined && !isSignedTextConfirmed(xml, signed, accepted))
      throw new SamlProblem('has a signature over XML that other programs read in another way')
    return accepted?.text
  }
  const response = textOf(signedResponse)
  const assertion = textOf(signedAssertion)
  const isEachValid =
    (signedResponse === undefined) === (response === undefined) &&
    (signedAssertion === undefined) === (assertion === undefined)
  return isEachValid ? { response, assertion } : undefined
}

/** Reads the signed text again, so that nothing else can be read. */
function readStatement(
  document: PresentedDocument,
  texts: SignedTexts,
  profile: SamlProfile,
  nowMs: number,
): AssertionStatement {
  const reread = (text: string) => readXml(text, DOCUMENT_LIMITS)
  const response =
    texts.response === undefined ? document.response : readResponse(reread(texts.response))
  const signed = texts.assertion === undefined ? response?.assertion : reread(texts.assertion)
  if (signed === undefined) throw new SamlProblem('has no signed assertion')
  const assertion = readAssertion(signed)
  const content = { response, isResponseSigned: texts.response !== undefined, assertion }
  const checks = checkAssertion(content, profile, nowMs)
  const isAccepted = checks.every(({ passed }) => passed)
  return {
    checks,
    claims: isAccepted ? assertionClaims(assertion, profile.saml) : {},
    audiences: assertionAudiences(assertion),
  }
}

/** The metadata, or what is wrong with it, which continues a sentence that begins with it. */
export function readIssuerMetadata(
  xml: string,
  entityId: string,
  signers: readonly JWK[],
): IssuerMetadata | { readonly problem: string } {
  try {
    return readMetadata(xml, entityId, signers)
  } catch (error) {
    if (error instanceof SamlProblem) return { problem: error.message }
    throw error
  }
}
