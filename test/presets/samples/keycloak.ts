/**
 * A token of a realm of Keycloak.
 * @see https://www.keycloak.org/docs/latest/server_admin/#_audience
 */
import { discoveredAt } from '../discovery-documents.ts'
import type { ProviderSample } from '../provider-sample.ts'

const ISSUER = 'https://id.acme.example/realms/staff'
const USER = 'f00dcafe-1a2b-4c3d-8e4f-0123456789ab'

export const KEYCLOAK: ProviderSample = {
  kind: 'keycloak',
  algorithm: 'RS256',
  foreignAlgorithm: 'ES256',
  header: { typ: 'JWT' },
  claims: {
    jti: 'onrtac:0c8b6e0e-8b1d-4f6e-8a3c-7d2f0e9b1c2d',
    iss: ISSUER,
    aud: ['files', 'account'],
    sub: USER,
    typ: 'Bearer',
    azp: 'files-app',
    sid: '5a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9',
    acr: '1',
    'allowed-origins': ['https://files.acme.example'],
    realm_access: { roles: ['default-roles-staff', 'files-user'] },
    resource_access: { account: { roles: ['manage-account'] } },
    scope: 'openid profile',
    email_verified: true,
    name: 'Alice Example',
    preferred_username: 'alice',
  },
  lifetimeSeconds: 300,
  documents: discoveredAt(ISSUER, `${ISSUER}/protocol/openid-connect/certs`),
  subject: USER,
  resource: `arn:aws:s3:::acme-files/${USER}/*`,
  accepted: { 'for the broker alone': { aud: 'files' } },
  otherApplication: { aud: ['shop', 'account'], azp: 'shop-app' },
  otherTenant: { iss: 'https://id.acme.example/realms/customers' },
  mistakes: {
    'An access token without an audience mapper': { aud: 'account' },
    'A token of another realm': { iss: 'https://id.acme.example/realms/master' },
    'A token of a client that is not listed': { azp: 'admin-cli' },
    'A user without the role': { realm_access: { roles: ['default-roles-staff'] } },
  },
}
