/**
 * A token of Cloudflare Access, for a user.
 * @see https://developers.cloudflare.com/cloudflare-one/access-controls/applications/http-apps/authorization-cookie/application-token/
 */
import type { ProviderSample } from '../provider-sample.ts'

const USER = '7335d417-61da-459d-899c-0a01c76a2f94'

export const CLOUDFLARE_ACCESS: ProviderSample = {
  kind: 'cloudflare-access',
  algorithm: 'RS256',
  foreignAlgorithm: 'ES256',
  header: { typ: 'JWT' },
  claims: {
    aud: ['32eafc7626e974616deaf0dc3ce63d7bcbed58a2731e84d06bc3cdf1b53c4228'],
    email: 'user@acme.example',
    nbf: 1659474397,
    iss: 'https://acme.cloudflareaccess.com',
    type: 'app',
    identity_nonce: '6ei69kawdKzMIAPF',
    sub: USER,
    country: 'US',
  },
  lifetimeSeconds: 86_400,
  documents: (keySet) => ({
    'https://acme.cloudflareaccess.com/cdn-cgi/access/certs': {
      ...keySet,
      public_cert: { kid: 'example', cert: '-----BEGIN CERTIFICATE-----' },
      public_certs: [{ kid: 'example', cert: '-----BEGIN CERTIFICATE-----' }],
    },
  }),
  subject: USER,
  resource: `arn:aws:s3:::acme-files/${USER}/*`,
  alternatives: {
    'service tokens': {
      replace: [
        [
          '{ kind: cloudflare-access }',
          '{ kind: cloudflare-access }\n    subject: claims.common_name',
        ],
        [
          "from: claims.sub, pattern: '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}'",
          'from: claims.common_name',
        ],
      ],
      described: ['subject: claims.common_name', 'from: claims.common_name'],
      claims: {
        sub: '',
        common_name: 'e367826f93b8d71185e03fe518aff3b4.access',
        email: undefined,
        identity_nonce: undefined,
        nbf: undefined,
        country: undefined,
      },
      subject: 'e367826f93b8d71185e03fe518aff3b4.access',
    },
    'longer sessions': {
      replace: [
        ['{ kind: cloudflare-access }', '{ kind: cloudflare-access }\n    maxTokenAge: 720h'],
      ],
      described: [],
      claims: { iat: Math.floor(Date.now() / 1000) - 29 * 86_400 },
      subject: USER,
    },
  },
  otherApplication: { aud: ['97e2aae120121f902df8bc99fc345913ab186d174f3079ea729236766b2e7c4a'] },
  otherTenant: { iss: 'https://evil.cloudflareaccess.com' },
  mistakes: {
    'A token of a service token': {
      sub: '',
      common_name: 'e367826f93b8d71185e03fe518aff3b4.access',
      email: undefined,
      identity_nonce: undefined,
    },
    'A token of another Access application': { aud: ['0000aae120121f902df8bc99fc345913'] },
    'A session that is longer than 24 hours': { iat: 1659474397 },
  },
}
