/** Writes the metadata of a provider, with its signing certificate. */
import type { XmlSigner } from './xml-signer.ts'

const METADATA = 'urn:oasis:names:tc:SAML:2.0:metadata'
const DSIG = 'http://www.w3.org/2000/09/xmldsig#'

export function metadataOf(entityId: string, certificate: string): string {
  return (
    `<?xml version="1.0" encoding="utf-8"?><EntityDescriptor xmlns="${METADATA}" ` +
    `entityID="${entityId}">${identityProviderRole(entityId, certificate)}</EntityDescriptor>`
  )
}

/** As AD FS and Entra publish it: with roles of WS-Federation first, and signed. */
export function federationMetadataOf(entityId: string, signer: XmlSigner): string {
  const roles = ['SecurityTokenServiceType', 'ApplicationServiceType'].map(
    (type) =>
      `<RoleDescriptor xsi:type="fed:${type}" ` +
      'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ' +
      'xmlns:fed="http://docs.oasis-open.org/wsfed/federation/200706" ' +
      'protocolSupportEnumeration="http://docs.oasis-open.org/wsfed/federation/200706">' +
      `${keyDescriptor(signer.certificate)}<fed:TokenTypesOffered><fed:TokenType ` +
      'Uri="urn:oasis:names:tc:SAML:2.0:assertion"/></fed:TokenTypesOffered></RoleDescriptor>',
  )
  const id = '_6b1a5e0f-2c3d-4e5f-8a9b-0c1d2e3f4a5b'
  return signer.sign(
    `<EntityDescriptor ID="${id}" entityID="${entityId}" xmlns="${METADATA}">` +
      `${emptySignature(id)}${roles.join('')}` +
      `${identityProviderRole(entityId, signer.certificate)}</EntityDescriptor>`,
    ['EntityDescriptor'],
  )
}

function identityProviderRole(entityId: string, certificate: string): string {
  return (
    '<IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol" ' +
    `WantAuthnRequestsSigned="false">${keyDescriptor(certificate)}` +
    '<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" ' +
    `Location="${entityId}"/></IDPSSODescriptor>`
  )
}

function keyDescriptor(certificate: string): string {
  return (
    `<KeyDescriptor use="signing"><KeyInfo xmlns="${DSIG}"><X509Data>` +
    `<X509Certificate>${certificate}</X509Certificate></X509Data></KeyInfo></KeyDescriptor>`
  )
}

function emptySignature(id: string): string {
  const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#'
  return (
    `<ds:Signature xmlns:ds="${DSIG}"><ds:SignedInfo>` +
    `<ds:CanonicalizationMethod Algorithm="${exclusive}"/>` +
    '<ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/>' +
    `<ds:Reference URI="#${id}"><ds:Transforms>` +
    `<ds:Transform Algorithm="${DSIG}enveloped-signature"/>` +
    `<ds:Transform Algorithm="${exclusive}"/></ds:Transforms>` +
    '<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>' +
    '<ds:DigestValue></ds:DigestValue></ds:Reference></ds:SignedInfo>' +
    '<ds:SignatureValue></ds:SignatureValue><ds:KeyInfo><ds:X509Data></ds:X509Data>' +
    '</ds:KeyInfo></ds:Signature>'
  )
}
