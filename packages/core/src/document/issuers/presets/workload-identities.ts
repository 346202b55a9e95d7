/** Presets of platforms that give their workloads an identity. */
import type { Preset } from './preset.ts'

const ECDSA = ['ES256', 'ES384', 'ES512'] as const

export const WORKLOAD_IDENTITIES = [
  {
    kind: 'kubernetes',
    // Each cluster chooses its name, `--service-account-issuer`.
    forms: [{ issuer: /.+/ }],
    issuerHint:
      "write the cluster's issuer, as kubectl get --raw /.well-known/openid-configuration shows it",
    algorithms: ['RS256', ...ECDSA],
    selfHosted: true,
  },
  {
    kind: 'spiffe',
    // Each server chooses its name, `jwt_issuer`.
    forms: [{ issuer: /.+/ }],
    issuerHint: 'write the jwt_issuer of the SPIRE server: https://oidc.example.org',
    algorithms: ['RS256', 'RS384', 'RS512', ...ECDSA, 'PS256', 'PS384', 'PS512'],
    selfHosted: true,
  },
  {
    kind: 'cloudflare-access',
    forms: [
      {
        issuer: /https:\/\/[a-z0-9-]+\.cloudflareaccess\.com/,
        jwksUri: '/cdn-cgi/access/certs',
      },
    ],
    issuerHint: "write the team's domain: https://TEAM.cloudflareaccess.com",
    algorithms: ['RS256'],
  },
  {
    kind: 'aws-web-identity',
    forms: [{ issuer: /https:\/\/[a-z0-9-]+\.tokens\.sts\.global\.api\.aws/ }],
    issuerHint:
      "write the account's issuer: https://ID.tokens.sts.global.api.aws, as aws iam " +
      'get-outbound-web-identity-federation-info shows it',
    // The caller of GetWebIdentityToken chooses one of the two.
    algorithms: ['ES384', 'RS256'],
  },
] as const satisfies readonly Preset[]
