/** The refusal of a token whose issuer is not trusted, with the spelling that a document has. */
import { BrokerError } from '../model/broker-error.ts'
import { shownValue } from '../model/shown-value.ts'
import type { TenantStore } from '../model/tenant-store.ts'
import { findRespelled } from '../model/text-difference.ts'

/** Nobody writes a longer one in a document by hand. */
const MAX_ISSUER_CHARACTERS = 256

/**
 * An unverified `iss` only selects among configured issuers, so each other spelling of it is looked
 * up like the first: three more look-ups at most, whatever anyone sends, which stores remember.
 * @param isOfOtherTokens whether the issuer is trusted for the other of JWTs and assertions
 */
export async function untrustedIssuer(
  issuer: string,
  isOfOtherTokens: boolean,
  store: Pick<TenantStore, 'findTrusts'>,
): Promise<BrokerError> {
  const found = `No tenant document trusts the issuer of the token: found ${shownValue(issuer)}`
  if (isOfOtherTokens)
    return refusal(
      `${found}, which is trusted for tokens of another kind (SAML assertions or JWTs); send ` +
        'such a token, or add an issuer with the right verify.kind to the tenant document.',
    )
  const respelled = issuer.length > MAX_ISSUER_CHARACTERS ? [] : respell(issuer)
  const trusts = await Promise.all(respelled.map((text) => store.findTrusts(text).catch(() => [])))
  const trusted = respelled.filter((_, index) => (trusts[index]?.length ?? 0) > 0)
  const close = findRespelled(issuer, trusted)
  return refusal(
    close
      ? `${found}, which differs from ${shownValue(close.text)} ${close.difference}; they must ` +
          'be equal, so correct the issuer in the tenant document, or at the identity provider.'
      : `${found}; add it to issuers of a tenant document, or send a token of a trusted issuer.`,
  )
}

/** Spellings that people confuse, without the given one. */
function respell(issuer: string): readonly string[] {
  const slash = issuer.endsWith('/') ? issuer.slice(0, -1) : `${issuer}/`
  const secure = issuer.replace(/^http:/, 'https:')
  const lower = issuer.toLowerCase()
  return [...new Set([slash, secure, lower])].filter((text) => text !== '' && text !== issuer)
}

function refusal(message: string): BrokerError {
  return new BrokerError('issuer_untrusted', message)
}
