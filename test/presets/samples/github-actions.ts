/**
 * A token of GitHub, for a job.
 * @see https://docs.github.com/en/actions/reference/security/oidc
 */
import { discoveredAt } from '../discovery-documents.ts'
import type { ProviderSample } from '../provider-sample.ts'

const ISSUER = 'https://token.actions.githubusercontent.com'

export const GITHUB_ACTIONS: ProviderSample = {
  kind: 'github-actions',
  algorithm: 'RS256',
  foreignAlgorithm: 'ES256',
  header: { typ: 'JWT', x5t: 'example-thumbprint' },
  claims: {
    jti: 'example-id',
    sub: 'repo:octo-org/octo-repo:ref:refs/heads/main',
    environment: 'production',
    aud: 'https://broker.example',
    ref: 'refs/heads/main',
    sha: 'example-sha',
    repository: 'octo-org/octo-repo',
    repository_owner: 'octo-org',
    actor_id: '12',
    repository_visibility: 'private',
    repository_id: '74',
    repository_owner_id: '65',
    run_id: 'example-run-id',
    run_number: '10',
    run_attempt: '2',
    runner_environment: 'github-hosted',
    actor: 'octocat',
    workflow: 'example-workflow',
    head_ref: '',
    base_ref: '',
    event_name: 'workflow_dispatch',
    ref_type: 'branch',
    job_workflow_ref: 'octo-org/octo-automation/.github/workflows/oidc.yml@refs/heads/main',
    iss: ISSUER,
  },
  lifetimeSeconds: 300,
  documents: discoveredAt(ISSUER, `${ISSUER}/.well-known/jwks`),
  subject: 'repo:octo-org/octo-repo:ref:refs/heads/main',
  resource: 'arn:aws:s3:::acme-releases/74/*',
  accepted: {
    'of a new repository, whose sub has ids': {
      sub: 'repo:octo-org@65/octo-repo@74:ref:refs/heads/main',
    },
  },
  alternatives: {
    'tokens of GitHub Enterprise Server': {
      replace: [
        ['  - verify', '  - issuer: https://github.acme.example/_services/token\n    verify'],
        ['    member: claims.repository_owner_id == "65"\n', ''],
      ],
      described: [],
      claims: { iss: 'https://github.acme.example/_services/token' },
      subject: 'repo:octo-org/octo-repo:ref:refs/heads/main',
      documents: discoveredAt(
        'https://github.acme.example/_services/token',
        'https://github.acme.example/_services/token/.well-known/jwks',
      ),
    },
  },
  otherApplication: { aud: 'https://other.example' },
  otherTenant: {
    sub: 'repo:evil-org/octo-repo:ref:refs/heads/main',
    repository: 'evil-org/octo-repo',
    repository_owner: 'evil-org',
    repository_owner_id: '66',
    repository_id: '75',
  },
  mistakes: {
    'A token for the default audience': { aud: 'https://github.com/octo-org' },
    'A job of a pull request or of another branch': {
      sub: 'repo:octo-org/octo-repo:pull_request',
      event_name: 'pull_request',
      ref: 'refs/pull/7/merge',
    },
    'A job of a repository of another owner': {
      repository_owner: 'octo-fork',
      repository_owner_id: '67',
    },
  },
}
