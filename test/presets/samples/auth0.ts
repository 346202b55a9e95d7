/**
 * A token of Auth0, for an API.
 * @see https://auth0.com/docs/secure/tokens/access-tokens/access-token-profiles
 */
import { discoveredAt } from '../discovery-documents.ts'
import type { ProviderSample } from '../provider-sample.ts'

const ISSUER = 'https://acme.eu.auth0.com/'
const API = 'https://files.acme.example'

export const AUTH0: ProviderSample = {
  kind: 'auth0',
  algorithm: 'RS256',
  foreignAlgorithm: 'ES256',
  header: { typ: 'JWT' },
  claims: {
    iss: ISSUER,
    sub: 'auth0|5f7c8ec7c33c6c004bbafe82',
    aud: [API, `${ISSUER}userinfo`],
    azp: 'my0client0id0of0the0app000000001',
    scope: 'openid profile read:files',
    permissions: ['read:files'],
  },
  lifetimeSeconds: 7200,
  documents: discoveredAt(ISSUER, `${ISSUER}.well-known/jwks.json`),
  subject: 'auth0|5f7c8ec7c33c6c004bbafe82',
  resource: 'arn:aws:s3:::acme-files/auth0|5f7c8ec7c33c6c004bbafe82/*',
  accepted: { 'for the API alone': { aud: API } },
  alternatives: {
    'tokens with a custom domain': {
      replace: [[ISSUER, 'https://login.acme.example/']],
      described: ['https://login.acme.example/'],
      claims: { iss: 'https://login.acme.example/', aud: API },
      subject: 'auth0|5f7c8ec7c33c6c004bbafe82',
      documents: discoveredAt(
        'https://login.acme.example/',
        'https://login.acme.example/.well-known/jwks.json',
      ),
    },
  },
  otherApplication: { aud: ['https://shop.acme.example', `${ISSUER}userinfo`] },
  otherTenant: { iss: 'https://evil.eu.auth0.com/' },
  mistakes: {
    'An access token that was requested without `audience`':
      'eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..aaaa.bbbb.cccc',
    'A token of an application that is not listed': { azp: 'another0client00000000000000000x' },
    'A user without the permission': { permissions: [] },
    'A token whose `iss` is the custom domain': { iss: 'https://login.acme.example/' },
  },
}
