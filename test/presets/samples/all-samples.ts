/** A sample of each preset. */
import type { ProviderSample } from '../provider-sample.ts'
import { APPLE } from './apple.ts'
import { AUTH0 } from './auth0.ts'
import { AWS_WEB_IDENTITY } from './aws-web-identity.ts'
import { BITBUCKET } from './bitbucket.ts'
import { BUILDKITE } from './buildkite.ts'
import { CIRCLECI } from './circleci.ts'
import { CLOUDFLARE_ACCESS } from './cloudflare-access.ts'
import { COGNITO_USER_POOL } from './cognito-user-pool.ts'
import { ENTRA } from './entra.ts'
import { FACEBOOK_LIMITED_LOGIN } from './facebook-limited-login.ts'
import { FIREBASE } from './firebase.ts'
import { GITHUB_ACTIONS } from './github-actions.ts'
import { GITLAB } from './gitlab.ts'
import { GOOGLE } from './google.ts'
import { KEYCLOAK } from './keycloak.ts'
import { KUBERNETES } from './kubernetes.ts'
import { OKTA } from './okta.ts'
import { SPIFFE } from './spiffe.ts'

export const SAMPLES: readonly ProviderSample[] = [
  APPLE,
  AUTH0,
  AWS_WEB_IDENTITY,
  BITBUCKET,
  BUILDKITE,
  CIRCLECI,
  CLOUDFLARE_ACCESS,
  COGNITO_USER_POOL,
  ENTRA,
  FACEBOOK_LIMITED_LOGIN,
  FIREBASE,
  GITHUB_ACTIONS,
  GITLAB,
  GOOGLE,
  KEYCLOAK,
  KUBERNETES,
  OKTA,
  SPIFFE,
]
