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
import { ISSUER_MUTANTS } from './issuer-mutants.ts'
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
import {
  DELEGATION_TABLES,
  DEVELOPER_TABLES,
  DOCUMENT_TABLES,
  DYNAMODB_TABLES,
  EXPLAINED_POOLS,
  FORMER_POOL_TABLES,
  GAME_TABLES,
  IDENTITY_TABLES,
  LOCAL_BODY_TABLES,
  LOCAL_POLICY_TABLES,
  LOCAL_SIGNATURE_TABLES,
  POLICY_TABLES,
  POOL_TABLES,
  PROOF_TABLES,
  PROPERTIES,
  S3_TABLES,
  SAML_CORPUS,
  SAML_TABLES,
  TABLES,
  VERIFIER_TABLES,
} from './noticing-tests.ts'
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
    mutants: [
      ...POLICY_MUTANTS,
      ...INTERSECTION_MUTANTS,
      ...ISSUER_MUTANTS,
      ...TOKEN_MUTANTS,
      ...VALUE_MUTANTS,
    ],
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
