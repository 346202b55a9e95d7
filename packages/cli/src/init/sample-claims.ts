/** Claims of callers of each provider's document, for the rule tests beside a new document. */

export interface SampleCaller {
  /** Of a caller that gets the grant. */
  readonly claims: Readonly<Record<string, unknown>>
  /** Claims of callers that are refused, in place of these. */
  readonly refused: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

const UUID = '7335d417-61da-459d-899c-0a01c76a2f94'
const OTHER_BRANCH = 'a job of another branch is refused'

/** Of providers that are asked about a token, and name its app by another claim. */
const OTHER_APP = { 'a token for another app is refused': { client_id: 'another-app' } }

const user = (claims: object, refused: SampleCaller['refused'] = {}): SampleCaller => ({
  claims: { sub: UUID, ...claims },
  refused,
})

/** By `verify.kind`. */
export const SAMPLE_CALLERS: Readonly<Record<string, SampleCaller>> = {
  apple: user({ sub: '001728.c8c64b151d4e4cc5af3c3e193dcd0a80.2044' }),
  auth0: user(
    {
      sub: 'auth0|5f7c8ec7c33c6c004bbafe82',
      azp: 'my0client0id0of0the0app000000001',
      permissions: ['read:files'],
    },
    { 'a user without the permission is refused': { permissions: [] } },
  ),
  'aws-web-identity': user(
    {
      sub: 'arn:aws:iam::123456789012:role/DataProcessingRole',
      'https://sts.amazonaws.com/': { aws_account: '123456789012' },
    },
    { 'another role is refused': { sub: 'arn:aws:iam::123456789012:role/WebServer' } },
  ),
  bitbucket: user(
    { repositoryUuid: `{${UUID}}`, branchName: 'main' },
    { [OTHER_BRANCH]: { branchName: 'feature' } },
  ),
  buildkite: user(
    {
      organization_id: '0184990a-477b-4fa8-9968-496074483ced',
      pipeline_id: UUID,
      build_branch: 'main',
    },
    {
      'a pipeline of another organization is refused': { organization_id: UUID },
      [OTHER_BRANCH]: { build_branch: 'feature' },
    },
  ),
  circleci: user(
    {
      'oidc.circleci.com/project-id': UUID,
      'oidc.circleci.com/vcs-origin': 'github.com/acme/app',
      'oidc.circleci.com/vcs-ref': 'refs/heads/main',
      'oidc.circleci.com/ssh-rerun': false,
    },
    {
      [OTHER_BRANCH]: { 'oidc.circleci.com/vcs-ref': 'refs/heads/feature' },
      'a job that was run again with SSH is refused': { 'oidc.circleci.com/ssh-rerun': true },
    },
  ),
  'cloudflare-access': user({}),
  'cognito-user-pool': user(
    { 'cognito:groups': ['files'] },
    { 'a user of another group is refused': { 'cognito:groups': ['games'] } },
  ),
  entra: user({ oid: UUID, azp: '11112222-bbbb-3333-cccc-4444dddd5555' }),
  facebook: user({ sub: '10158000000000000' }, OTHER_APP),
  'facebook-limited-login': user({ sub: '10158000000000000' }),
  firebase: user(
    { sub: 'p9UHBdKwXkQy5a2', firebase: { sign_in_provider: 'password' } },
    { 'a guest is refused': { firebase: { sign_in_provider: 'anonymous' } } },
  ),
  github: user({ sub: '583231' }, OTHER_APP),
  'github-actions': user(
    {
      sub: 'repo:acme/app:environment:production',
      repository_owner_id: '65',
      repository_id: '74',
      ref: 'refs/heads/main',
      environment: 'production',
    },
    {
      'a repository of another owner is refused': { repository_owner_id: '66' },
      [OTHER_BRANCH]: { ref: 'refs/heads/feature' },
    },
  ),
  gitlab: user(
    {
      sub: 'project_path:acme/app:ref_type:branch:ref:main',
      namespace_id: '72',
      project_id: '20',
      ref_path: 'refs/heads/main',
      ref_protected: 'true',
    },
    {
      'a project of another namespace is refused': { namespace_id: '73' },
      [OTHER_BRANCH]: { ref_path: 'refs/heads/feature' },
    },
  ),
  google: user(
    { sub: '110169484474386276334', hd: 'acme.example' },
    { 'an account of another organization is refused': { hd: 'other.example' } },
  ),
  keycloak: user(
    { azp: 'files-app', realm_access: { roles: ['files-user'] } },
    { 'a user without the role is refused': { realm_access: { roles: [] } } },
  ),
  kubernetes: user(
    {
      sub: 'system:serviceaccount:production:reporter',
      'kubernetes.io': { namespace: 'production', serviceaccount: { name: 'reporter' } },
    },
    {
      'a service account of another namespace is refused': {
        'kubernetes.io': { namespace: 'test', serviceaccount: { name: 'reporter' } },
      },
    },
  ),
  'login-with-amazon': user({ sub: 'amzn1.account.AGM6A3NB7XYZ' }, OTHER_APP),
  okta: user(
    { uid: '00uid4BxXw6I6TV4m0g3', cid: '0oahpnkb44pcaOIBG0h7', groups: ['Files'] },
    { 'a user of another group is refused': { groups: ['Everyone'] } },
  ),
  spiffe: user(
    { sub: 'spiffe://acme.example/ns/production/sa/reporter' },
    {
      'a workload of another trust domain is refused': {
        sub: 'spiffe://other.example/ns/production/sa/reporter',
      },
    },
  ),
}

/** Of the document for an issuer without a preset. */
export const ANY_CALLER: SampleCaller = { claims: { sub: 'alice' }, refused: {} }
