/** Presets of systems that run the jobs of a repository. */
import { GUID_PATTERN, HOST_PATTERN, type Preset } from './preset.ts'

export const CI_SYSTEMS = [
  {
    kind: 'github-actions',
    forms: [
      {
        issuer: 'https://token.actions.githubusercontent.com',
        ownerClaims: [
          ...['repository_owner_id', 'repository_id', 'enterprise_id', 'sub'],
          ...['repository_owner', 'repository', 'enterprise'],
        ],
      },
      // These belong to one enterprise: with its name, on GHE.com, and on a server of its own.
      { issuer: /https:\/\/token\.actions\.githubusercontent\.com\/[\w-]+/ },
      { issuer: /https:\/\/token\.actions\.[a-z0-9-]+\.ghe\.com(?:\/[\w-]+)?/ },
      { issuer: new RegExp(String.raw`${HOST_PATTERN}\/_services\/token`) },
    ],
    issuerHint:
      'remove it, or write https://HOST/_services/token for GitHub Enterprise Server, or ' +
      'https://token.actions.githubusercontent.com/ENTERPRISE for the issuer of an enterprise',
    algorithms: ['RS256'],
  },
  {
    kind: 'gitlab',
    forms: [
      {
        issuer: 'https://gitlab.com',
        ownerClaims: ['namespace_id', 'project_id', 'sub', 'namespace_path', 'project_path'],
      },
      { issuer: new RegExp(String.raw`${HOST_PATTERN}(?:\/[\w.~-]+)*`) },
    ],
    issuerHint:
      'remove it for GitLab.com, or write the URL of your GitLab without a slash at its end',
    algorithms: ['RS256'],
    selfHosted: true,
  },
  {
    kind: 'circleci',
    forms: [
      { issuer: new RegExp(String.raw`https:\/\/oidc\.circleci\.com\/org\/${GUID_PATTERN}`) },
    ],
    issuerHint: "write https://oidc.circleci.com/org/ORGANIZATION_ID, with the organization's id",
    algorithms: ['RS256'],
  },
  {
    kind: 'buildkite',
    forms: [
      {
        issuer: 'https://agent.buildkite.com',
        ownerClaims: ['organization_id', 'pipeline_id', 'organization_slug'],
      },
    ],
    issuerHint: 'remove it: it is always https://agent.buildkite.com',
    algorithms: ['RS256'],
  },
  {
    kind: 'bitbucket',
    forms: [
      {
        issuer:
          /https:\/\/api\.bitbucket\.org\/2\.0\/workspaces\/[\w.-]+\/pipelines-config\/identity\/oidc/,
        // sub differs in each step of each run.
        subject: 'claims.repositoryUuid',
      },
    ],
    issuerHint:
      'write https://api.bitbucket.org/2.0/workspaces/WORKSPACE/pipelines-config/identity/oidc',
    algorithms: ['RS256'],
  },
] as const satisfies readonly Preset[]
