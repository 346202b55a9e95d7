/** All guards that are removed, by folder, and the tests that must notice. */

import {
  CANDIDATE_MUTANTS,
  CANDIDATE_PROMOTE_MUTANTS,
  CANDIDATE_PROMOTE_TABLES,
  CANDIDATE_TABLES,
  CANDIDATE_WRITER_MUTANTS,
  CANDIDATE_WRITER_TABLES,
} from './candidate-mutants.ts'
import { CONSOLE_MUTANT_TESTS, CONSOLE_MUTANTS } from './console-mutants.ts'
import { DELEGATION_MUTANTS } from './delegation-mutants.ts'
import { DEVELOPER_MUTANTS, KEY_PAIR_MUTANTS } from './developer-mutants.ts'
import { DYNAMODB_MUTANTS } from './dynamodb-mutants.ts'
import { FORMER_POOL_ADAPTER_MUTANTS, FORMER_POOL_MUTANTS } from './former-pool-mutants.ts'
import { GAME_MUTANTS } from './game-mutants.ts'
import {
  IDENTITY_MUTANTS,
  POOL_DOCUMENT_MUTANTS,
  ROLE_MAPPING_MUTANTS,
} from './identity-mutants.ts'
import { INTERSECTION_MUTANTS } from './intersection-mutants.ts'
import { ADMISSION_MUTANTS, LIMIT_MUTANTS, LIMIT_TESTS } from './limit-mutants.ts'
import { LINKING_MUTANTS } from './linking-mutants.ts'
import {
  LOCAL_BODY_MUTANTS,
  LOCAL_POLICY_MUTANTS,
  LOCAL_SIGNATURE_MUTANTS,
} from './local-aws-mutants.ts'
import { LOCAL_RUNTIME_MUTANTS, LOCAL_RUNTIME_TABLES } from './local-runtime-mutants.ts'
import type { MutantPart } from './mutant.ts'
import { NARROWING_MUTANTS } from './narrowing-mutants.ts'
import { ORIGIN_MUTANTS } from './origin-mutants.ts'
import { POLICY_MUTANTS } from './policy-mutants.ts'
import {
  EXPLAINED_POOL_ENDPOINT_MUTANTS,
  EXPLAINED_POOL_MUTANTS,
  POOL_ENDPOINT_MUTANTS,
  POOL_MUTANTS,
} from './pool-mutants.ts'
import { PROOF_MUTANTS } from './proof-mutants.ts'
import { READINESS_MUTANT_TESTS, READINESS_MUTANTS } from './readiness-mutants.ts'
import { RECORDED_INPUT_MUTANTS, RECORDED_INPUT_TESTS } from './replay-mutants.ts'
import {
  KEPT_SESSION_MUTANTS,
  REUSE_KEY_MUTANTS,
  REUSE_MUTANTS,
  REUSE_PATH_MUTANTS,
  REUSE_TABLES,
} from './reuse-mutants.ts'
import { S3_MUTANTS } from './s3-mutants.ts'
import { SAML_ENDPOINT_MUTANTS, SAML_REQUEST_MUTANTS } from './saml-endpoint-mutants.ts'
import { SAML_MUTANTS, SAML_VERIFIER_MUTANTS } from './saml-mutants.ts'
import { RECORDED_POLICY_MUTANTS, SESSION_LIFE_MUTANTS } from './session-life-mutants.ts'
import { LOCAL_TRUST_MUTANTS, STS_REFUSAL_MUTANTS } from './sts-refusal-mutants.ts'
import { TOKEN_MUTANTS } from './token-mutants.ts'
import { VALUE_MUTANTS } from './value-mutants.ts'
import { VERIFIER_MUTANTS } from './verifier-mutants.ts'

const PROPERTIES = ['narrowing', 'resolve-tenant', 'role-policy', 'rule-index'].map(
  (name) => `test/unit/core/${name}.property.test.ts`,
)
/** Each is a table of cases. */
const TABLES = [
  ...['attribute-values', 'caller-detail', 'map-templates'],
  ...[
    'deny-rules',
    'match-grant',
    'session-plan',
    'session-policy',
    'obtain-web-identity',
    'trust-policy',
  ],
  ...['find-opaque-issuer', 'verify-opaque-token', 'stated-audience', 'limited-sessions'],
  ...['special-tokens', 'token-parties', 'authorized-party', 'tenant-identities'],
  ...['cel-values', 'check-expression', 'credential-request', 'digest', 'exact-number'],
  ...['strict-json', 'session-policy-grammar', 'evaluate-policy', 'weak-keys', 'audit-record'],
  'caller-policy',
].map((name) => `test/unit/core/${name}.test.ts`)
const POLICY_TABLES = [
  ...['containment', 'containment-conditions', 'possible-requests', 'wildcards'],
].map((name) => `test/unit/policy/${name}.test.ts`)
const DOCUMENT_TABLES = [
  ...[
    'callers-kept-apart',
    'conditions-kept-apart',
    'issuers-kept-apart',
    'policy-grammar',
    'opaque-issuers',
    'private-issuers',
  ],
  ...['two-grants', 'two-grants-conditions', 'two-grants-errors'],
  ...['issuer-settings', 'user-info-issuers', 'expand-preset', 'preset-owners', 'named-secrets'],
].map((name) => `test/unit/document/${name}.test.ts`)
const VERIFIER_TABLES = [
  ...['remembered-tokens', 'user-info', 'webhook', 'provider-tokens'].map(
    (name) => `test/unit/adapters/${name}.test.ts`,
  ),
  'test/contract/opaque-verifiers.test.ts',
]
/** Each sends requests to a broker. */
const SAML_TABLES = [
  ...['assume-role-with-saml', 'saml-sessions', 'service-provider'].map(
    (name) => `test/endpoints/${name}.test.ts`,
  ),
  'test/unit/document/saml-principals.test.ts',
]
const DELEGATION_TABLES = [
  ...['core/delegation-rules', 'core/delegated-requests', 'core/read-actors', 'core/may-act'],
  ...['core/check-expression', 'document/document-errors', 'document/actors-kept-apart'],
].map((name) => `test/unit/${name}.test.ts`)
/** The conditions are checked by the whole broker, with documents that `xmlsec1` signs. */
const SAML_CORPUS = [
  'test/unit/adapters/saml-metadata.test.ts',
  'test/security/saml/saml-corpus.test.ts',
]
const PROOF_TABLES = [
  ...['dpop-proof', 'verify-identity', 'verify-opaque-token', 'delegated-requests'],
  'session-policy',
].map((name) => `test/unit/core/${name}.test.ts`)
const POOL_TABLES = [
  ...['identity-ids', 'identify-in-pool'].map((name) => `test/unit/core/${name}.test.ts`),
  'test/unit/adapters/guest-limit.test.ts',
  ...['identity-pool', 'pool-callers', 'cognito-requests'].map(
    (name) => `test/endpoints/${name}.test.ts`,
  ),
]
const EXPLAINED_POOLS = ['explained-pools', 'explained-pool-refusals'].map(
  (name) => `test/endpoints/${name}.test.ts`,
)
const IDENTITY_TABLES = [
  ...['identity-values', 'map-role'].map((name) => `test/unit/core/${name}.test.ts`),
  'test/endpoints/pool-documents.test.ts',
  ...['identities-kept-apart', 'identity-pools', 'pool-errors', 'pools-kept-apart'].map(
    (name) => `test/unit/document/${name}.test.ts`,
  ),
]

const FORMER_POOL_TABLES = [
  'test/endpoints/former-pool.test.ts',
  ...['former-identities', 'races'].map((name) => `test/linking/${name}.test.ts`),
]

const DEVELOPER_TABLES = [
  'test/unit/core/open-id-token.test.ts',
  'test/unit/adapters/key-pair-signatures.test.ts',
  ...['developer-identities', 'developer-tokens', 'backend-signatures', 'classic-flow'].map(
    (name) => `test/endpoints/${name}.test.ts`,
  ),
]

const DYNAMODB_TABLES = [
  ...[
    'attributes',
    'written-attributes',
    'leading-keys',
    'batches',
    'features',
    'tables',
    'wire',
    'denials',
  ],
].map((name) => `test/local-aws/dynamodb-${name}.test.ts`)

const LOCAL_SIGNATURE_TABLES = [
  ...['refused-signatures', 'accepted-signatures', 'published-signatures', 'published-uploads'],
].map((name) => `test/unit/local-aws/${name}.test.ts`)
const LOCAL_BODY_TABLES = ['published-uploads', 'unsigned-chunks'].map(
  (name) => `test/unit/local-aws/${name}.test.ts`,
)
const LOCAL_POLICY_TABLES = ['authorize-session', 'condition-context'].map(
  (name) => `test/unit/local-aws/${name}.test.ts`,
)
/** What the page of the game saves, and whose sign-in it accepts. */
const GAME_TABLES = ['saved-progress', 'authorization-code'].map(
  (name) => `test/game/${name}.test.ts`,
)

const S3_TABLES = [
  ...['objects', 'lists', 'copies', 'multipart', 'permissions', 'condition-keys', 'presigned'],
  ...['hostile-requests', 'hostile-bodies', 'data-folder', 'limits'],
].map((name) => `test/local-aws/s3-${name}.test.ts`)

export const MUTANT_PARTS: readonly MutantPart[] = [
  { source: 'packages/core/src', mutants: ADMISSION_MUTANTS, tests: LIMIT_TESTS },
  { source: 'packages/functions/src', mutants: LIMIT_MUTANTS, tests: LIMIT_TESTS },
  { source: 'packages/core/src', mutants: CANDIDATE_MUTANTS, tests: CANDIDATE_TABLES },
  {
    source: 'packages/cli/src/tenant',
    mutants: CANDIDATE_WRITER_MUTANTS,
    tests: CANDIDATE_WRITER_TABLES,
  },
  {
    source: 'packages/cli/src/tenant',
    mutants: CANDIDATE_PROMOTE_MUTANTS,
    tests: CANDIDATE_PROMOTE_TABLES,
  },
  {
    source: 'packages/core/src',
    mutants: RECORDED_INPUT_MUTANTS,
    tests: RECORDED_INPUT_TESTS,
  },
  {
    source: 'packages/local/src',
    mutants: LOCAL_RUNTIME_MUTANTS,
    tests: LOCAL_RUNTIME_TABLES,
  },
  {
    source: 'packages/functions/src',
    mutants: READINESS_MUTANTS,
    tests: READINESS_MUTANT_TESTS,
  },
  {
    source: 'packages/local/src/local-aws',
    mutants: LOCAL_SIGNATURE_MUTANTS,
    tests: LOCAL_SIGNATURE_TABLES,
  },
  {
    source: 'packages/local/src/local-aws',
    mutants: LOCAL_BODY_MUTANTS,
    tests: LOCAL_BODY_TABLES,
  },
  {
    source: 'packages/local/src/local-aws',
    mutants: LOCAL_POLICY_MUTANTS,
    tests: LOCAL_POLICY_TABLES,
  },
  {
    source: 'packages/core/src',
    mutants: [...POLICY_MUTANTS, ...INTERSECTION_MUTANTS, ...TOKEN_MUTANTS, ...VALUE_MUTANTS],
    tests: [...PROPERTIES, ...TABLES, ...POLICY_TABLES, ...DOCUMENT_TABLES],
  },
  {
    source: 'packages/core/src/session',
    mutants: NARROWING_MUTANTS,
    tests: ['test/unit/core/narrow-grant.test.ts'],
  },
  {
    source: 'packages/functions/src',
    mutants: ORIGIN_MUTANTS,
    tests: ['test/endpoints/blocked-origins.test.ts'],
  },
  {
    source: 'packages/functions/src/adapters/sts',
    mutants: STS_REFUSAL_MUTANTS,
    tests: ['test/unit/adapters/likely-causes.test.ts'],
  },
  {
    source: 'packages/local/src/local-sts',
    mutants: LOCAL_TRUST_MUTANTS,
    tests: ['evaluate-trust-policy', 'explain-trust-refusal'].map(
      (name) => `test/unit/local/${name}.test.ts`,
    ),
  },
  { source: 'packages/core/src', mutants: PROOF_MUTANTS, tests: PROOF_TABLES },
  {
    source: 'packages/core/src',
    mutants: DELEGATION_MUTANTS,
    tests: DELEGATION_TABLES,
  },
  {
    source: 'packages/functions/src/adapters/verifiers',
    mutants: VERIFIER_MUTANTS,
    tests: VERIFIER_TABLES,
  },
  {
    source: 'packages/core/src',
    mutants: SAML_REQUEST_MUTANTS,
    tests: SAML_TABLES,
  },
  {
    source: 'packages/functions/src/endpoints',
    mutants: SAML_ENDPOINT_MUTANTS,
    tests: SAML_TABLES,
  },
  {
    source: 'packages/core/src',
    mutants: [...POOL_DOCUMENT_MUTANTS, ...IDENTITY_MUTANTS, ...ROLE_MAPPING_MUTANTS],
    tests: IDENTITY_TABLES,
  },
  { source: 'packages/core/src', mutants: POOL_MUTANTS, tests: POOL_TABLES },
  { source: 'packages/core/src', mutants: DEVELOPER_MUTANTS, tests: DEVELOPER_TABLES },
  {
    source: 'packages/functions/src/adapters',
    mutants: KEY_PAIR_MUTANTS,
    tests: DEVELOPER_TABLES,
  },
  { source: 'packages/functions/src', mutants: POOL_ENDPOINT_MUTANTS, tests: POOL_TABLES },
  { source: 'packages/core/src', mutants: EXPLAINED_POOL_MUTANTS, tests: EXPLAINED_POOLS },
  {
    source: 'packages/functions/src',
    mutants: EXPLAINED_POOL_ENDPOINT_MUTANTS,
    tests: EXPLAINED_POOLS,
  },
  {
    source: 'packages/core/src/identity-pool/linking',
    mutants: LINKING_MUTANTS,
    tests: ['test/linking/races.test.ts'],
  },
  {
    source: 'packages/core/src/identity-pool/linking',
    mutants: FORMER_POOL_MUTANTS,
    tests: FORMER_POOL_TABLES,
  },
  {
    source: 'packages/functions/src/adapters/identity-pools',
    mutants: FORMER_POOL_ADAPTER_MUTANTS,
    tests: FORMER_POOL_TABLES,
  },
  { source: 'packages/core/src/saml', mutants: SAML_MUTANTS, tests: SAML_CORPUS },
  {
    source: 'packages/functions/src/adapters/verifiers',
    mutants: SAML_VERIFIER_MUTANTS,
    tests: SAML_CORPUS,
  },
  {
    source: 'packages/local/src/local-dynamodb',
    mutants: DYNAMODB_MUTANTS,
    tests: DYNAMODB_TABLES,
  },
  { source: 'packages/game/src', mutants: GAME_MUTANTS, tests: GAME_TABLES },
  { source: 'packages/local/src/local-s3', mutants: S3_MUTANTS, tests: S3_TABLES },
  {
    source: 'packages/core/src/session',
    mutants: RECORDED_POLICY_MUTANTS,
    tests: ['test/unit/core/recorded-policy.test.ts'],
  },
  {
    source: 'packages/cli/src/audit',
    mutants: SESSION_LIFE_MUTANTS,
    tests: ['audit-session', 'audit-session-denials', 'audit-session-events'].map(
      (name) => `test/unit/cli/${name}.test.ts`,
    ),
  },
  {
    source: 'packages/core/src/reuse',
    mutants: REUSE_KEY_MUTANTS,
    tests: ['test/unit/core/decision-key.test.ts'],
  },
  {
    source: 'packages/core/src/reuse',
    mutants: KEPT_SESSION_MUTANTS,
    tests: ['test/unit/core/kept-sessions.test.ts'],
  },
  { source: 'packages/core/src/reuse', mutants: REUSE_MUTANTS, tests: REUSE_TABLES },
  { source: 'packages/core/src', mutants: REUSE_PATH_MUTANTS, tests: REUSE_TABLES },
  {
    source: 'packages/cli/src/console',
    mutants: CONSOLE_MUTANTS,
    tests: CONSOLE_MUTANT_TESTS,
  },
]
