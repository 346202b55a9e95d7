/**
 * The broker as a SAML service provider: the metadata that an operator gives to an identity
 * provider.
 *
 * @see SAML V2.0 Metadata §2.4.4
 */
import { invalidRequest } from '@token-broker/core'
import type { HttpResponse, Routes } from '../http.ts'
import { escapeXml } from './xml.ts'

/** The entity ID is the URL of the metadata (SAML V2.0 Metadata §4.1). */
const METADATA_PATH = '/saml'
const CONSUMER_PATH = '/v1/saml/acs'
const PROTOCOL = 'urn:oasis:names:tc:SAML:2.0:protocol'
const POST_BINDING = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST'

/** @param url the broker's own, as configured: the header `Host` is what the caller wants */
export function serviceProviderRoutes(url: () => string): Routes {
  return {
    [METADATA_PATH]: { GET: async () => metadataResponse(url()) },
    [CONSUMER_PATH]: { POST: refuseBrowser },
  }
}

export function serviceProviderMetadata(url: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"
    entityID="${escapeXml(url + METADATA_PATH)}">
  <md:SPSSODescriptor protocolSupportEnumeration="${PROTOCOL}"
      AuthnRequestsSigned="false" WantAssertionsSigned="true">
    <md:NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:persistent</md:NameIDFormat>
    <md:NameIDFormat>urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress</md:NameIDFormat>
    <md:AssertionConsumerService index="0" isDefault="true"
        Binding="${POST_BINDING}"
        Location="${escapeXml(url + CONSUMER_PATH)}"/>
  </md:SPSSODescriptor>
</md:EntityDescriptor>
`
}

function metadataResponse(url: string): HttpResponse {
  return {
    status: 200,
    headers: {
      'content-type': 'application/samlmetadata+xml',
      'cache-control': 'public, max-age=300',
    },
    body: serviceProviderMetadata(url),
  }
}

/** A browser sends a response here; it has no use for credentials. */
async function refuseBrowser(): Promise<HttpResponse> {
  throw invalidRequest(
    'The broker has no sign-in for browsers. A client must read SAMLResponse from the form and ' +
      'send it as a token of the type saml2, or as SAMLAssertion of AssumeRoleWithSAML.',
  )
}
