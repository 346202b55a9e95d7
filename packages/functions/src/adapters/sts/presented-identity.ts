/** What a web identity token says to STS, for messages: the broker minted or verified it. */
import type { WebIdentityToken } from '@token-broker/core'
import { isObject } from '@token-broker/core/strict-json'

export interface Presented {
  /** Whether the broker signed it. */
  readonly isMinted: boolean
  readonly issuer: string
  /** As STS reads it: `azp`, or the first of `aud`. */
  readonly audience: string
  /** Of a minted token: the pattern that a trust policy must have. */
  readonly subject: string
  readonly keyId: string | undefined
  readonly tagKeys: readonly string[]
  readonly hasSourceIdentity: boolean
  /** Undefined: the token does not say. */
  readonly tenant: string | undefined
}

const MAX_CHARACTERS = 256
const TAGS = 'https://aws.amazon.com/tags'
const SOURCE_IDENTITY = 'https://aws.amazon.com/source_identity'

export function readPresented(token: WebIdentityToken, brokerIssuer: string): Presented {
  const [header, claims] = token.split('.').map(parsePart)
  const { iss, aud, azp, sub, [TAGS]: tags, [SOURCE_IDENTITY]: source } = claims ?? {}
  const isMinted = iss === brokerIssuer
  const [tenant, grant] = isMinted ? textOf(sub).split('/') : []
  const principalTags = isObject(tags) && isObject(tags.principal_tags) ? tags.principal_tags : {}
  return {
    isMinted,
    issuer: textOf(iss),
    audience: textOf(azp ?? [aud].flat()[0]),
    subject: isMinted ? `${tenant}/${grant}/*` : textOf(sub),
    keyId: header?.kid === undefined ? undefined : textOf(header.kid),
    tagKeys: Object.keys(principalTags),
    hasSourceIdentity: source !== undefined,
    tenant,
  }
}

function parsePart(part: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** Printable, and not longer than a record should have it. */
function textOf(claim: unknown): string {
  const text = typeof claim === 'string' ? claim.replace(/\p{C}/gu, '?') : '(none)'
  return text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS)}…` : text
}
