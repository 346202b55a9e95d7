/**
 * A token of Bitbucket, for a step.
 * @see https://support.atlassian.com/bitbucket-cloud/docs/integrate-pipelines-with-resource-servers-using-oidc/
 */
import { discoveredAt } from '../discovery-documents.ts'
import type { ProviderSample } from '../provider-sample.ts'

const ISSUER = 'https://api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc'
const WORKSPACE = '7baee083-4f25-4a97-8a9a-0fde1b623b45'
const AUDIENCE = `ari:cloud:bitbucket::workspace/${WORKSPACE}`
const REPOSITORY = '2e9e429c-7b8b-404f-8648-8c40c27c9ebd'

export const BITBUCKET: ProviderSample = {
  kind: 'bitbucket',
  algorithm: 'RS256',
  foreignAlgorithm: 'ES256',
  header: { typ: 'JWT' },
  claims: {
    sub: `{${REPOSITORY}}:{d7a1b2c3-0000-4000-8000-000000000001}`,
    stepUuid: '{d7a1b2c3-0000-4000-8000-000000000001}',
    iss: ISSUER,
    branchName: 'main',
    workspaceUuid: `{${WORKSPACE}}`,
    pipelineRunUuid: '{d7a1b2c3-0000-4000-8000-000000000002}',
    aud: AUDIENCE,
    repositoryUuid: `{${REPOSITORY}}`,
    pipelineUuid: '{d7a1b2c3-0000-4000-8000-000000000003}',
  },
  lifetimeSeconds: 3600,
  documents: discoveredAt(ISSUER, `${ISSUER}/keys.json`),
  subject: `{${REPOSITORY}}`,
  resource: `arn:aws:s3:::acme-releases/${REPOSITORY}/*`,
  otherApplication: { aud: 'https://gw.example.com' },
  otherTenant: {
    iss: 'https://api.bitbucket.org/2.0/workspaces/evil/pipelines-config/identity/oidc',
  },
  mistakes: {
    'A step with an audience of its own': { aud: [AUDIENCE, 'https://gw.example.com'] },
    'A step of another branch': { branchName: 'feature-1' },
    'A step of another workspace': {
      iss: 'https://api.bitbucket.org/2.0/workspaces/other/pipelines-config/identity/oidc',
    },
  },
}
