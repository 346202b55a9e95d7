/** Responses of all providers that have a page. */
import { FORMATS, OTHER_APPLICATION, type SamlSample } from './saml-sample.ts'

const PASSWORD_PROTECTED = 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport'
const BASIC = ' NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:basic"'
const UNSPECIFIED = ' NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified"'
const ENTITY = ' Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity"'
const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'
const TEN_MINUTES = { ageSeconds: 600 }
const WITHOUT_GROUP = { attributes: {} }
const objects = (user: string) => `arn:aws:s3:::acme-files/${user}/*`

const ENTRA = 'http://schemas.microsoft.com'
const ENTRA_DIRECTORY = 'aaaabbbb-0000-cccc-1111-dddd2222eeee'
const ENTRA_USER = '11223344-aaaa-bbbb-cccc-556677889900'
const PORTAL = 'https://portal.sso.eu-west-1.amazonaws.com/saml/assertion'
const OKTA_USER = '00ub0oNGTSWTBKOLGLNR'
const KEYCLOAK_USER = 'G-5f1c2d3e-4b5a-6978-8796-a5b4c3d2e1f0'

const HOSTED: readonly SamlSample[] = [
  {
    page: 'iam-identity-center',
    style: {
      prefixes: ['saml2p', 'saml2', 'ds'],
      signs: ['Assertion'],
      declaration: DECLARATION,
      hasMilliseconds: true,
      issuerAttributes: ENTITY,
      attributeAttributes: UNSPECIFIED,
      valueType: 'xsd:string',
      inclusivePrefixes: 'xsd',
      authnContext: PASSWORD_PROTECTED,
      authnAttributes: (end) => ` SessionIndex="e3b0c442" SessionNotOnOrAfter="${end}"`,
    },
    content: {
      issuer: `${PORTAL}/MTExMTIyMjIzMzMzX2lucy0wMQ`,
      nameId: 'alice@acme.example',
      nameIdFormat: FORMATS.emailAddress,
      attributes: { groups: ['f4d8e4a8-20a1-7033-b3a5-0e4f1d6c7b8a'] },
    },
    resource: objects('alice@acme.example'),
    mistakes: {
      'A response for another application': OTHER_APPLICATION,
      'A response of another instance': { issuer: `${PORTAL}/OTk5OTg4ODg3Nzc3X2lucy0wMg` },
      'A user without the group': WITHOUT_GROUP,
      'A response from ten minutes ago': TEN_MINUTES,
    },
  },
  {
    page: 'entra',
    style: {
      prefixes: ['samlp', '', ''],
      signs: ['Assertion'],
      hasMilliseconds: true,
      attributesFirst: true,
      authnContext: 'urn:oasis:names:tc:SAML:2.0:ac:classes:Password',
      authnAttributes: () => ' SessionIndex="_7b5c8d3e-0f1a-4b2c-9d3e-4f5a6b7c8d00"',
    },
    content: {
      issuer: `https://sts.windows.net/${ENTRA_DIRECTORY}/`,
      nameId: ENTRA_USER,
      nameIdFormat: FORMATS.persistent,
      attributes: {
        [`${ENTRA}/identity/claims/tenantid`]: [ENTRA_DIRECTORY],
        [`${ENTRA}/identity/claims/objectidentifier`]: [ENTRA_USER],
        [`${ENTRA}/ws/2008/06/identity/claims/groups`]: [
          '00aa00aa-bb11-cc22-dd33-44ee44ee44ee',
          '11bb11bb-cc22-dd33-ee44-55ff55ff55ff',
        ],
        [`${ENTRA}/claims/authnmethodsreferences`]: [
          'http://schemas.microsoft.com/ws/2008/06/identity/authenticationmethod/password',
        ],
      },
    },
    hasFederationMetadata: true,
    resource: objects(ENTRA_USER),
    mistakes: {
      'A response for another application': OTHER_APPLICATION,
      'A response of another directory': {
        issuer: 'https://sts.windows.net/ffffeeee-0000-cccc-1111-dddd2222eeee/',
      },
      'A response with the e-mail address as Name ID': {
        nameId: 'alice@acme.example',
        nameIdFormat: FORMATS.emailAddress,
      },
      'A user without the group': WITHOUT_GROUP,
    },
  },
  {
    page: 'okta',
    style: {
      prefixes: ['saml2p', 'saml2', 'ds'],
      signs: ['Assertion', 'Response'],
      declaration: DECLARATION,
      hasMilliseconds: true,
      issuerAttributes: ENTITY,
      attributeAttributes: UNSPECIFIED,
      valueType: 'xs:string',
      inclusivePrefixes: 'xs',
      authnContext: PASSWORD_PROTECTED,
      authnAttributes: () => ' SessionIndex="id1764262212345.1234567890"',
    },
    content: {
      issuer: 'http://www.okta.com/exk1fcia6d6EMsf331d8',
      nameId: OKTA_USER,
      nameIdFormat: FORMATS.persistent,
      attributes: { groups: ['Everyone', 'File users'] },
    },
    resource: objects(OKTA_USER),
    mistakes: {
      'A response of another app integration': {
        issuer: 'http://www.okta.com/exk9fcia6d6EMsf331d9',
      },
      'A response with another audience': { audience: 'https://broker.example' },
      'A response with the user name as Name ID': { nameId: 'alice@acme.example' },
      'A user without the group': WITHOUT_GROUP,
    },
  },
  {
    page: 'google-workspace',
    style: {
      prefixes: ['saml2p', 'saml2', 'ds'],
      signs: ['Assertion'],
      declaration: '<?xml version="1.0" encoding="UTF-8" standalone="no"?>',
      hasMilliseconds: true,
      valueType: 'xs:anyType',
      authnContext: 'urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified',
      attributesFirst: true,
      authnAttributes: () => ' SessionIndex="_1f2e3d4c5b6a79880796a5b4c3d2e1f0"',
    },
    content: {
      issuer: 'https://accounts.google.com/o/saml2?idpid=C01abcdef',
      nameId: 'alice@acme.example',
      nameIdFormat: FORMATS.persistent,
      attributes: { groups: ['File users'] },
    },
    resource: objects('alice@acme.example'),
    mistakes: {
      'A response of another organization': {
        issuer: 'https://accounts.google.com/o/saml2?idpid=C09zyxwvu',
      },
      'A response for another app': OTHER_APPLICATION,
      'A user without the group': WITHOUT_GROUP,
      'A response with another certificate': { hasOtherKey: true },
    },
  },
]

const OWN: readonly SamlSample[] = [
  {
    page: 'adfs',
    style: {
      prefixes: ['samlp', '', 'ds'],
      signs: ['Assertion'],
      hasMilliseconds: true,
      responseAttributes: ' Consent="urn:oasis:names:tc:SAML:2.0:consent:unspecified"',
      attributesFirst: true,
      authnContext: PASSWORD_PROTECTED,
      authnAttributes: () => ' SessionIndex="_e36e681e-19d2-4380-a7dc-96780eff3fbd"',
    },
    content: {
      issuer: 'http://adfs.acme.example/adfs/services/trust',
      nameId: 'alice@acme.example',
      nameIdFormat: FORMATS.persistent,
      attributes: {
        'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn': ['alice@acme.example'],
        'http://schemas.xmlsoap.org/claims/Group': ['Domain Users', 'File Users'],
      },
    },
    hasFederationMetadata: true,
    resource: objects('alice@acme.example'),
    mistakes: {
      'A response without a Name ID': { nameId: undefined },
      'A response for another relying party': OTHER_APPLICATION,
      'A response of another farm': { issuer: 'http://adfs.beta.example/adfs/services/trust' },
      'A user without the group': WITHOUT_GROUP,
    },
  },
  {
    page: 'keycloak',
    style: {
      prefixes: ['samlp', 'saml', 'dsig'],
      signs: ['Response'],
      hasMilliseconds: true,
      attributeAttributes: BASIC,
      valueType: 'xs:string',
      repeatsAttributes: true,
      authnContext: 'urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified',
      authnAttributes: (end) => ` SessionIndex="5a1b2c3d::6e7f" SessionNotOnOrAfter="${end}"`,
    },
    content: {
      issuer: 'https://id.acme.example/realms/staff',
      nameId: KEYCLOAK_USER,
      nameIdFormat: FORMATS.persistent,
      attributes: { groups: ['files'], Role: ['default-roles-staff', 'view-profile'] },
    },
    resource: objects(KEYCLOAK_USER),
    mistakes: {
      'A response for another client': { audience: 'https://shop.acme.example/saml' },
      'A response of another realm': { issuer: 'https://id.acme.example/realms/customers' },
      'A response with a transient Name ID': { nameIdFormat: FORMATS.transient },
      'A user without the group': WITHOUT_GROUP,
    },
  },
  {
    page: 'simplesamlphp',
    style: {
      prefixes: ['samlp', 'saml', 'ds'],
      signs: ['Assertion', 'Response'],
      hasMilliseconds: false,
      attributeAttributes: BASIC,
      valueType: 'xs:string',
      authnContext: 'urn:oasis:names:tc:SAML:2.0:ac:classes:Password',
      authnAttributes: (end) => ` SessionNotOnOrAfter="${end}" SessionIndex="_afcd10a6d164dc14"`,
    },
    content: {
      issuer: 'https://idp.acme.example/simplesaml/saml2/idp/metadata.php',
      nameId: 'alice@acme.example',
      nameIdFormat: FORMATS.emailAddress,
      attributes: { uid: ['alice'], groups: ['files', 'staff'] },
    },
    resource: objects('alice@acme.example'),
    mistakes: {
      'A response for another service provider': OTHER_APPLICATION,
      'A response with a transient Name ID': { nameIdFormat: FORMATS.transient },
      'A response of another provider': {
        issuer: 'https://other.example/simplesaml/saml2/idp/metadata.php',
      },
      'A user without the group': WITHOUT_GROUP,
    },
  },
  {
    page: 'lemonldap-ng',
    style: {
      prefixes: ['samlp', 'saml', ''],
      signs: ['Assertion', 'Response'],
      hasMilliseconds: false,
      attributeAttributes: `${BASIC} FriendlyName="groups"`,
      authnContext: 'urn:oasis:names:tc:SAML:2.0:ac:classes:Password',
      authnAttributes: (end) => ` SessionIndex="5017b1ec996b857e" SessionNotOnOrAfter="${end}"`,
    },
    content: {
      issuer: 'https://auth.acme.example/saml/metadata',
      nameId: 'alice@acme.example',
      nameIdFormat: FORMATS.emailAddress,
      attributes: { groups: ['files', 'staff'] },
    },
    resource: objects('alice@acme.example'),
    mistakes: {
      'A response for another service provider': OTHER_APPLICATION,
      'A response from ten minutes ago': TEN_MINUTES,
      'A response of another portal': { issuer: 'https://auth.beta.example/saml/metadata' },
      'A user without the group': WITHOUT_GROUP,
    },
  },
]

export const SAML_SAMPLES: readonly SamlSample[] = [...HOSTED, ...OWN]
