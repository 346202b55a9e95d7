/** Descriptions of the fields of issuers. */
import { describeField, type FieldDescriptions } from './field-description.ts'

const PEM = '-----BEGIN CERTIFICATE-----\nMIIB…\n-----END CERTIFICATE-----'
const COORDINATE = 'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4'

export const ISSUER_DESCRIPTIONS: FieldDescriptions = {
  issuer: describeField(
    'The exact iss of the tokens. Kinds of verify for one provider may know it.',
    'https://id.acme.example',
  ),
  verify: describeField(
    'How tokens are verified. Default: as JWTs, with the keys that discovery finds.',
  ),
  ca: describeField(
    'Root certificates in PEM, for an issuer whose server certificate no public authority issued.',
    PEM,
  ),
  clientCertificate: describeField(
    'Name of the secret with the certificate and the key by which the broker identifies ' +
      'itself to the issuer.',
    'acme-mtls',
  ),
  subject: describeField(
    'The claim that identifies the caller. Default: claims.sub.',
    'claims.oid',
  ),
  audiences: describeField('The values of aud that are accepted: for whom the tokens are.', [
    'acme-mobile',
    'acme-web',
  ]),
  audienceClaim: describeField(
    'The claim with the audience of opaque tokens. Default: aud.',
    'client_id',
  ),
  audienceFallback: describeField(
    'The claim with the audience where a token has no aud at all, as access tokens of ' +
      'Amazon Cognito.',
    'client_id',
  ),
  authorizedParties: describeField(
    'The apps to which tokens may have been issued, or any. Needed where aud has several values.',
    ['acme-mobile'],
    'any',
  ),
  authorizedPartyClaim: describeField(
    'The claim that names the app to which a token was issued. Default: azp, or else client_id.',
    'cid',
  ),
  algorithms: describeField(
    'The algorithms of signatures that are accepted. Default: RS256 and ES256.',
    ['RS256', 'ES256'],
  ),
  types: describeField('Values of the header typ that are accepted besides JWT and at+jwt.', [
    'application-type+jwt',
  ]),
  proofOfPossession: describeField(
    'Whether tokens must be bound to a key of the caller (cnf), or may be.',
    'required',
  ),
  delegatedTokens: describeField(
    'Whether tokens in which another party acts for the subject (act) are accepted. ' +
      'Default: refuse.',
    'accept',
  ),
  maxTokenAge: describeField(
    'How long after iat a token is accepted. Default: 24h; at most 30d.',
    '1h',
  ),
  clockTolerance: describeField('By how much clocks may differ. Default: 30s; at most 1m.', '30s'),
  member: describeField(
    'Condition in CEL that separates the tenants of one issuer: tokens that fail it are ' +
      'not of this tenant.',
    'claims.org == "acme"',
  ),
  prefetch: describeField(
    'Whether the keys are fetched when the function starts, and not with the first token.',
    true,
  ),
}

export const VERIFY_DESCRIPTIONS: FieldDescriptions = {
  kind: describeField(
    'The form of the tokens and how they are verified, or a provider whose settings are known.',
  ),
  jwksUri: describeField(
    'URL of the key set, where discovery does not find it.',
    'https://id.acme.example/keys',
  ),
  keys: describeField('Public keys of the issuer as JWKs, in place of fetching them.'),
  url: describeField(
    'URL of the endpoint that is asked about a token.',
    'https://id.acme.example/introspect',
  ),
  clientId: describeField(
    'The client id by which the broker identifies itself to the issuer.',
    'token-broker',
  ),
  clientSecret: describeField(
    'Name of the secret of the client in the secret store; never the secret itself.',
    'acme-introspection',
  ),
  method: describeField(
    'How the broker authenticates as the client. Default: client_secret_basic.',
    'client_secret_basic',
  ),
  introspection: describeField('The introspection endpoint, which says for which app a token is.'),
  singleApplication: describeField(
    'States that the issuer has one application, so that every token is for it.',
    true,
  ),
  secret: describeField(
    'Name of the secret in the secret store with which requests to the webhook are signed.',
    'acme-webhook',
  ),
  metadataUrl: describeField(
    'URL of the metadata of the SAML identity provider.',
    'https://idp.acme.example/metadata',
  ),
  metadata: describeField(
    'The metadata of the SAML identity provider as XML, in place of its URL.',
    '<EntityDescriptor>…</EntityDescriptor>',
  ),
  metadataCertificates: describeField(
    'Certificates in PEM, one of which must have signed the metadata.',
    [PEM],
  ),
  certificates: describeField('Certificates in PEM, one of which must have signed an assertion.', [
    PEM,
  ]),
  recipients: describeField('URLs of the broker to which assertions may be sent.', [
    'https://broker.acme.example/v1/saml/acs',
  ]),
  multiValued: describeField(
    'Attributes that are lists in claims, also where they have one value.',
    ['groups'],
  ),
  principalArn: describeField(
    'ARN of the SAML provider in the requests of AssumeRoleWithSAML.',
    'arn:aws:iam::111122223333:saml-provider/acme',
  ),
}

export const KEY_DESCRIPTIONS: FieldDescriptions = {
  kty: describeField('Type of the key (RFC 7517 §4.1).', 'EC'),
  kid: describeField('Id of the key, as in the header of the tokens.', 'key-1'),
  alg: describeField('The only algorithm of the key, where it is limited to one.', 'ES256'),
  use: describeField('What the key is for; only keys for signatures are accepted.', 'sig'),
  key_ops: describeField('Operations of the key (RFC 7517 §4.3).', ['verify']),
  n: describeField(
    'Modulus of an RSA key in base64url, at least 2,048 bits.',
    'sXchDaQebHnPiGvyDOAT4saGEUetSyo9MKLOoWFsueri23bOdgWp4Dy1…',
  ),
  e: describeField('Exponent of an RSA key in base64url.', 'AQAB'),
  crv: describeField('Curve of an EC or OKP key.', 'P-256'),
  x: describeField('First coordinate of an EC key, or an OKP key, in base64url.', COORDINATE),
  y: describeField(
    'Second coordinate of an EC key in base64url.',
    '4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM',
  ),
  x5c: describeField('Certificates of the key, which are not read.', ['MIIB…']),
}
