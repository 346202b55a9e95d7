/**
 * A token of Buildkite, for a job.
 * @see https://buildkite.com/docs/agent/cli/reference/oidc
 */
import { discoveredAt } from '../discovery-documents.ts'
import type { ProviderSample } from '../provider-sample.ts'

const ISSUER = 'https://agent.buildkite.com'
const PIPELINE = '0184990a-4782-42b5-afc1-16715b10b1a0'

export const BUILDKITE: ProviderSample = {
  kind: 'buildkite',
  algorithm: 'RS256',
  foreignAlgorithm: 'ES256',
  header: { typ: 'JWT' },
  claims: {
    iss: ISSUER,
    sub:
      'organization:acme-inc:pipeline:super-duper-app:ref:refs/heads/main:' +
      'commit:9f3182061f1e2cca4702c368cbc039b7dc9d4485:step:build',
    aud: 'https://broker.example',
    organization_slug: 'acme-inc',
    pipeline_slug: 'super-duper-app',
    build_number: 1,
    build_branch: 'main',
    build_commit: '9f3182061f1e2cca4702c368cbc039b7dc9d4485',
    step_key: 'build',
    job_id: '0184990a-477b-4fa8-9968-496074483cee',
    agent_id: '0184990a-4782-42b5-afc1-16715b10b8ff',
    build_source: 'webhook',
    runner_environment: 'buildkite-hosted',
    organization_id: '0184990a-477b-4fa8-9968-496074483ced',
    pipeline_id: PIPELINE,
  },
  lifetimeSeconds: 300,
  documents: discoveredAt(ISSUER, `${ISSUER}/.well-known/jwks`),
  subject: PIPELINE,
  resource: `arn:aws:s3:::acme-releases/${PIPELINE}/*`,
  otherApplication: { aud: 'sts.amazonaws.com' },
  otherTenant: {
    organization_slug: 'evil-inc',
    organization_id: '0184990a-0000-4fa8-9968-496074483ced',
  },
  mistakes: {
    'A token without `pipeline_id`': { pipeline_id: undefined },
    'A token without `organization_id`': { organization_id: undefined },
    'A token for the default audience': { aud: 'https://buildkite.com/acme-inc' },
    'A build of another branch': { build_branch: 'feature-1' },
  },
}
