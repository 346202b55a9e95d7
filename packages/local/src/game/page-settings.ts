/** `/config.json`: the only settings of the page of the game. */
import type { CompiledTenant } from '@token-broker/core'
import type { DemoProvidersOptions } from '../demo-providers/start-demo-providers.ts'

export interface PageAddresses {
  readonly broker: string
  readonly providers: string
  readonly s3: string
  readonly dynamodb: string
}

/** Of the ARNs in the tenant document. */
const REGION = 'eu-central-1'

export function pageSettings(
  { identityPools = [] }: Pick<CompiledTenant, 'identityPools'>,
  clientIds: DemoProvidersOptions['clientIds'],
  { broker, providers, s3, dynamodb }: PageAddresses,
) {
  const poolAt = (index: number) => {
    const id = identityPools[index]?.id ?? ''
    return { id, endpoint: `${broker}/cognito/${id}` }
  }
  return {
    region: REGION,
    pool: poolAt(0),
    board: poolAt(1),
    s3: { endpoint: s3, bucket: 'game-pictures' },
    dynamodb: {
      endpoint: dynamodb,
      profiles: 'game-profiles',
      scores: 'game-scores',
      index: 'by-score',
    },
    explain: `${broker}/v1/explain`,
    providers: [
      {
        ...{ id: 'riverbend', label: 'Riverbend', login: 'www.amazon.com', kind: 'opaque' },
        ...{ clientId: clientIds.riverbend, scope: 'profile' },
        authorize: `${providers}/riverbend/ap/oa`,
        token: `${providers}/riverbend/auth/o2/token`,
      },
      {
        ...{ id: 'facets', label: 'Facets', login: 'graph.facebook.com', kind: 'opaque' },
        ...{ clientId: clientIds.facets, scope: 'public_profile' },
        authorize: `${providers}/facets/dialog/oauth`,
        token: `${providers}/facets/oauth/access_token`,
      },
      {
        ...{ id: 'lookout', label: 'Lookout', login: 'accounts.google.com', kind: 'id-token' },
        ...{ clientId: clientIds.lookout, scope: 'openid' },
        authorize: `${providers}/lookout/o/oauth2/v2/auth`,
        token: `${providers}/lookout/token`,
      },
      {
        ...{ id: 'lantern', label: 'Lantern ID', login: 'id.lantern.example', kind: 'id-token' },
        ...{ clientId: clientIds.lantern, scope: 'openid' },
        authorize: `${providers}/lantern/authorize`,
        token: `${providers}/lantern/token`,
      },
    ],
  }
}
