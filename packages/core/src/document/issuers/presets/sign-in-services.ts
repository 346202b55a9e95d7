/** Presets of services at which people sign in. */
import { GUID_PATTERN, HOST_PATTERN, type Preset } from './preset.ts'

export const SIGN_IN_SERVICES = [
  {
    kind: 'google',
    forms: [
      { issuer: 'https://accounts.google.com' },
      // Tokens of some older libraries. It is not a URL, so nothing can be discovered below it.
      { issuer: 'accounts.google.com', jwksUri: 'https://www.googleapis.com/oauth2/v3/certs' },
    ],
    issuerHint: 'remove it, or write accounts.google.com for tokens that have this name',
    algorithms: ['RS256'],
  },
  {
    kind: 'apple',
    forms: [{ issuer: 'https://appleid.apple.com' }],
    issuerHint: 'remove it: it is always https://appleid.apple.com',
    algorithms: ['RS256'],
  },
  {
    kind: 'facebook-limited-login',
    forms: [
      // The documents of discovery are at another host than the issuer says.
      {
        issuer: 'https://www.facebook.com',
        jwksUri: 'https://limited.facebook.com/.well-known/oauth/openid/jwks/',
      },
      {
        issuer: 'https://limited.facebook.com',
        jwksUri: 'https://limited.facebook.com/.well-known/oauth/openid/jwks/',
      },
    ],
    issuerHint: 'remove it, or write https://limited.facebook.com for tokens that have this name',
    algorithms: ['RS256'],
  },
  {
    kind: 'cognito-user-pool',
    forms: [
      {
        issuer:
          /https:\/\/(?:issuer-)?cognito-idp\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?\/[a-z0-9-]+_\w+/,
        // Access tokens have no aud.
        audienceFallback: 'client_id',
      },
    ],
    issuerHint: "write the user pool's issuer: https://cognito-idp.REGION.amazonaws.com/POOL_ID",
    algorithms: ['RS256'],
  },
  {
    kind: 'entra',
    forms: [
      {
        issuer: new RegExp(
          String.raw`https:\/\/(?:login\.(?:microsoftonline\.(?:com|us)|partner\.microsoftonline` +
            String.raw`\.cn)|${GUID_PATTERN}\.ciamlogin\.com)\/${GUID_PATTERN}\/v2\.0`,
        ),
        // sub differs at each application.
        subject: 'claims.oid',
      },
      {
        issuer: new RegExp(
          String.raw`https:\/\/sts\.(?:windows\.net|chinacloudapi\.cn)\/${GUID_PATTERN}\/`,
        ),
        subject: 'claims.oid',
        authorizedPartyClaim: 'appid',
      },
    ],
    issuerHint:
      "write your directory's issuer: https://login.microsoftonline.com/TENANT_ID/v2.0, " +
      'or https://sts.windows.net/TENANT_ID/ for tokens of version 1.0',
    algorithms: ['RS256'],
  },
  {
    kind: 'okta',
    forms: [
      {
        issuer: new RegExp(String.raw`${HOST_PATTERN}\/oauth2\/[A-Za-z0-9]+`),
        // In access tokens, sub is the user's login name, which another user may get later.
        subject: 'claims.uid',
        authorizedPartyClaim: 'cid',
      },
      // Only the ID tokens of the organization's own server can be verified by others.
      { issuer: new RegExp(HOST_PATTERN) },
    ],
    issuerHint:
      "write the authorization server's issuer: https://ORG.okta.com/oauth2/default, or " +
      'https://ORG.okta.com for ID tokens of the organization',
    algorithms: ['RS256'],
  },
  {
    kind: 'auth0',
    forms: [{ issuer: new RegExp(String.raw`${HOST_PATTERN}\/`) }],
    issuerHint: "write the tenant's domain with the slash at its end: https://TENANT.auth0.com/",
    algorithms: ['RS256', 'PS256'],
  },
  {
    kind: 'keycloak',
    forms: [{ issuer: new RegExp(String.raw`${HOST_PATTERN}(?:\/[\w.~-]+)*\/realms\/[^/?#\s]+`) }],
    issuerHint: "write the realm's issuer: https://HOST/realms/REALM",
    algorithms: [
      ...(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'] as const),
      ...(['ES256', 'ES384', 'ES512', 'EdDSA'] as const),
    ],
    selfHosted: true,
  },
  {
    kind: 'firebase',
    forms: [
      {
        issuer: /https:\/\/securetoken\.google\.com\/[a-z][a-z0-9-]{4,28}[a-z0-9]/,
        jwksUri:
          'https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com',
      },
    ],
    issuerHint: "write https://securetoken.google.com/PROJECT_ID, with the project's id",
    algorithms: ['RS256'],
  },
] as const satisfies readonly Preset[]
