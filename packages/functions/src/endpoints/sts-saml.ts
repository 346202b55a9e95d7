/**
 * `AssumeRoleWithSAML`: its own parameters, and its own part of the result.
 *
 * @see AWS STS API Reference, `AssumeRoleWithSAML`
 */
import { createHash } from 'node:crypto'
import {
  type Issued,
  invalidRequest,
  type RequestFields,
  SAML_PROVIDER_ARN,
} from '@token-broker/core'
import type { SamlSuccess } from './sts-xml.ts'

const SAML2_FORMATS = 'urn:oasis:names:tc:SAML:2.0:nameid-format:'

/** @throws {BrokerError} `invalid_request` */
export function readSamlAssertion(
  fields: ReadonlyMap<string, string>,
): Pick<RequestFields, 'subjectToken' | 'tokenType' | 'principalArn'> {
  const subjectToken = fields.get('SAMLAssertion')?.trim()
  if (!subjectToken) throw invalidRequest('SAMLAssertion is missing.')
  const principalArn = fields.get('PrincipalArn') ?? ''
  if (!SAML_PROVIDER_ARN.test(principalArn))
    throw invalidRequest(
      'PrincipalArn must be the ARN of a SAML provider, such as ' +
        'arn:aws:iam::111122223333:saml-provider/NAME.',
    )
  return { subjectToken, tokenType: 'saml2', principalArn }
}

/** What AWS returns about the caller. */
export function samlCaller(
  { identity }: Issued,
  principalArn = '',
): Pick<SamlSuccess, 'subject' | 'subjectType' | 'issuer' | 'recipient' | 'nameQualifier'> {
  const { issuer, claims } = identity
  const [, account = '', name = ''] = SAML_PROVIDER_ARN.exec(principalArn) ?? []
  const format = textOf(claims.nameIdFormat)
  return {
    subject: textOf(claims.nameId),
    subjectType: format.startsWith(SAML2_FORMATS) ? format.slice(SAML2_FORMATS.length) : format,
    issuer,
    recipient: textOf(claims.recipient),
    // SHA-1 is what AWS documents; nothing relies on it being hard to reverse.
    nameQualifier: createHash('sha1')
      .update(issuer + account + name)
      .digest('base64'),
  }
}

function textOf(claim: unknown): string {
  return typeof claim === 'string' ? claim : ''
}
