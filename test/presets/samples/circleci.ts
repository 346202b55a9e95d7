/**
 * A token of CircleCI, for a job.
 * @see https://circleci.com/docs/guides/permissions-authentication/openid-connect-tokens/
 */
import { discoveredAt } from '../discovery-documents.ts'
import type { ProviderSample } from '../provider-sample.ts'

const ORGANIZATION = 'c9035eb6-6eb2-4c85-8a81-d9ee6a1fa8c2'
const PROJECT = 'ecc458d2-fbdc-4d9a-93c4-ac065ed3c3ca'
const USER = '961ae4b1-070b-4134-ae64-1328a3ae3862'
const ISSUER = `https://oidc.circleci.com/org/${ORGANIZATION}`
const SUBJECT =
  `org/${ORGANIZATION}/project/${PROJECT}/user/${USER}` +
  '/vcs-origin/github.com/acme/app/vcs-ref/refs/heads/main'

export const CIRCLECI: ProviderSample = {
  kind: 'circleci',
  algorithm: 'RS256',
  foreignAlgorithm: 'ES256',
  header: { typ: 'JWT' },
  claims: {
    aud: ORGANIZATION,
    iss: ISSUER,
    'oidc.circleci.com/context-ids': ['a74579f1-2e7d-451e-b009-5c082ad2729e'],
    'oidc.circleci.com/project-id': PROJECT,
    'oidc.circleci.com/ssh-rerun': false,
    'oidc.circleci.com/vcs-origin': 'github.com/acme/app',
    'oidc.circleci.com/vcs-ref': 'refs/heads/main',
    sub: SUBJECT,
  },
  lifetimeSeconds: 3600,
  documents: discoveredAt(ISSUER, `${ISSUER}/.well-known/jwks-pub.json`),
  subject: SUBJECT,
  resource: `arn:aws:s3:::acme-releases/${PROJECT}/*`,
  accepted: {
    'from `CIRCLE_OIDC_TOKEN`, with the shorter subject': {
      sub: `org/${ORGANIZATION}/project/${PROJECT}/user/${USER}`,
    },
  },
  otherApplication: { aud: 'sts.amazonaws.com' },
  otherTenant: { iss: 'https://oidc.circleci.com/org/00000000-6eb2-4c85-8a81-d9ee6a1fa8c2' },
  mistakes: {
    'A token with a custom audience': { aud: 'https://other.example' },
    'A build of a fork, or of another branch': {
      'oidc.circleci.com/vcs-origin': 'github.com/somebody/app',
      'oidc.circleci.com/vcs-ref': 'refs/heads/pull/7',
    },
    'A job that was run again with SSH': { 'oidc.circleci.com/ssh-rerun': true },
  },
}
