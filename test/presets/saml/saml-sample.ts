/** A response of one provider in its real form, and what makes it another one. */
import type { ResponseContent, ResponseStyle } from './write-response.ts'

/** The broker's own values, as its metadata has them. */
export const BROKER = {
  audience: 'https://broker.example/saml',
  recipient: 'https://broker.example/v1/saml/acs',
} as const

/** A response for another application of the same provider. */
export const OTHER_APPLICATION: Partial<ResponseContent> = {
  audience: 'https://shop.acme.example/saml',
  recipient: 'https://shop.acme.example/saml/acs',
}

export const FORMATS = {
  persistent: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
  transient: 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient',
  emailAddress: 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
} as const

export interface SamlSample {
  /** The name of its page in `packages/core/docs/saml`. */
  readonly page: string
  readonly style: ResponseStyle
  readonly content: Omit<ResponseContent, 'audience' | 'recipient' | 'issuedAtMs'>
  /** Whether metadata has other roles before that of the identity provider, and a signature. */
  readonly hasFederationMetadata?: true
  /** What the session policy of the page's tenant allows this caller to reach. */
  readonly resource: string
  /** The rows of the page's table of mistakes, by their first cell: what is sent. */
  readonly mistakes: Readonly<Record<string, SampleChange>>
}

export interface SampleChange extends Partial<ResponseContent> {
  /** How long ago it was issued. Default: 0. */
  readonly ageSeconds?: number
  /** Whether another key signs it. */
  readonly hasOtherKey?: true
}
