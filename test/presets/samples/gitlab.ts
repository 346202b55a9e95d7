/**
 * A token of GitLab, for a job.
 * @see https://docs.gitlab.com/ci/secrets/id_token_authentication/#token-payload
 */
import { discoveredAt } from '../discovery-documents.ts'
import type { ProviderSample } from '../provider-sample.ts'

const ISSUER = 'https://gitlab.com'
const SUBJECT = 'project_path:my-group/my-project:ref_type:branch:ref:main'

export const GITLAB: ProviderSample = {
  kind: 'gitlab',
  algorithm: 'RS256',
  foreignAlgorithm: 'ES256',
  header: { typ: 'JWT' },
  claims: {
    namespace_id: '72',
    namespace_path: 'my-group',
    project_id: '20',
    project_path: 'my-group/my-project',
    user_id: '1',
    user_login: 'sample-user',
    user_email: 'sample-user@example.com',
    user_access_level: 'owner',
    user_identities: [{ provider: 'github', extern_uid: '2435223452345' }],
    pipeline_id: '574',
    pipeline_source: 'push',
    job_id: '302',
    ref: 'main',
    ref_type: 'branch',
    ref_path: 'refs/heads/main',
    ref_protected: 'true',
    groups_direct: ['mygroup/mysubgroup'],
    environment: 'production',
    environment_protected: 'true',
    deployment_tier: 'production',
    runner_id: 1,
    runner_environment: 'gitlab-hosted',
    sha: '714a629c0b401fdce83e847fc9589983fc6f46bc',
    project_visibility: 'private',
    ci_config_ref_uri: 'gitlab.com/my-group/my-project//.gitlab-ci.yml@refs/heads/main',
    ci_config_sha: '714a629c0b401fdce83e847fc9589983fc6f46bc',
    jti: '235b3a54-b797-45c7-ae9a-f72d7bc6ef5b',
    iss: ISSUER,
    sub: SUBJECT,
    aud: 'https://broker.example',
  },
  lifetimeSeconds: 3600,
  documents: discoveredAt(ISSUER, `${ISSUER}/oauth/discovery/keys`),
  subject: SUBJECT,
  resource: 'arn:aws:s3:::acme-releases/20/*',
  alternatives: {
    'tokens with several audiences': {
      replace: [['    member:', '    authorizedParties: any\n    member:']],
      described: ['authorizedParties: any'],
      claims: { aud: ['https://broker.example', 'https://vault.example'] },
      subject: SUBJECT,
    },
    'tokens of another GitLab': {
      replace: [
        ['  - verify', '  - issuer: https://gitlab.acme.example\n    verify'],
        ['    member: claims.namespace_id == "72"\n', ''],
      ],
      described: ['issuer: https://gitlab.acme.example'],
      claims: { iss: 'https://gitlab.acme.example' },
      subject: SUBJECT,
      documents: discoveredAt(
        'https://gitlab.acme.example',
        'https://gitlab.acme.example/oauth/discovery/keys',
      ),
    },
  },
  otherApplication: { aud: 'https://vault.example' },
  otherTenant: { namespace_id: '73', namespace_path: 'evil-group', project_id: '21' },
  mistakes: {
    'A token with several audiences': { aud: ['https://broker.example', 'https://vault.example'] },
    'A job of a branch that is not protected': {
      ref: 'feature-1',
      ref_path: 'refs/heads/feature-1',
      ref_protected: 'false',
    },
    'A job of a fork': { namespace_id: '88', namespace_path: 'somebody', project_id: '99' },
  },
}
