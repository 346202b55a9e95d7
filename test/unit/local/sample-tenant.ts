/** A compiled tenant with one grant, for tests of roles and trust policies. */
import type { CompiledTenant } from '@token-broker/core'

export function sampleTenant(
  roleArn: string,
  webIdentity: 'minted' | 'pass-through' = 'minted',
  sessionTags: Readonly<Record<string, string>> = {},
): CompiledTenant {
  return {
    tenant: 'acme',
    issuers: [
      {
        profile: {
          issuer: 'https://id.acme.example',
          keys: { from: 'discovery' },
          algorithms: ['RS256'],
          types: ['jwt'],
          maxTokenAgeSeconds: 3600,
          clockToleranceSeconds: 30,
        },
        audiences: ['web', 'mobile'],
        authorizedParties: [],
        prefetch: false,
      },
    ],
    attributes: {},
    rules: [{ name: 'all', grant: 'only' }],
    grants: {
      only: {
        roleArn,
        durationSeconds: 3600,
        maxDurationSeconds: 3600,
        webIdentity,
        sessionName: 'session',
        sessionTags,
        transitiveTagKeys: [],
        statements: [],
        managedPolicyArns: [],
      },
    },
    allowedOrigins: [],
  }
}
