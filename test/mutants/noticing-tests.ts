/** Which tests must notice that a guard is removed, by what the guards are about. */

export const PROPERTIES = ['narrowing', 'resolve-tenant', 'role-policy', 'rule-index'].map(
  (name) => `test/unit/core/${name}.property.test.ts`,
)
/** Each is a table of cases. */
export const TABLES = [
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
export const POLICY_TABLES = [
  ...['containment', 'containment-conditions', 'possible-requests', 'wildcards'],
  'trust-difference-texts',
].map((name) => `test/unit/policy/${name}.test.ts`)
export const DOCUMENT_TABLES = [
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
export const VERIFIER_TABLES = [
  ...['remembered-tokens', 'user-info', 'webhook', 'provider-tokens'].map(
    (name) => `test/unit/adapters/${name}.test.ts`,
  ),
  'test/contract/opaque-verifiers.test.ts',
]
/** Each sends requests to a broker. */
export const SAML_TABLES = [
  ...['assume-role-with-saml', 'saml-sessions', 'service-provider'].map(
    (name) => `test/endpoints/${name}.test.ts`,
  ),
  'test/unit/document/saml-principals.test.ts',
]
export const DELEGATION_TABLES = [
  ...['core/delegation-rules', 'core/delegated-requests', 'core/read-actors', 'core/may-act'],
  ...['core/check-expression', 'document/document-errors', 'document/actors-kept-apart'],
].map((name) => `test/unit/${name}.test.ts`)
/** The conditions are checked by the whole broker, with documents that `xmlsec1` signs. */
export const SAML_CORPUS = [
  'test/unit/adapters/saml-metadata.test.ts',
  'test/security/saml/saml-corpus.test.ts',
]
export const PROOF_TABLES = [
  ...['dpop-proof', 'verify-identity', 'verify-opaque-token', 'delegated-requests'],
  'session-policy',
].map((name) => `test/unit/core/${name}.test.ts`)
export const POOL_TABLES = [
  ...['identity-ids', 'identify-in-pool'].map((name) => `test/unit/core/${name}.test.ts`),
  'test/unit/adapters/guest-limit.test.ts',
  ...['identity-pool', 'pool-callers', 'cognito-requests'].map(
    (name) => `test/endpoints/${name}.test.ts`,
  ),
]
export const EXPLAINED_POOLS = ['explained-pools', 'explained-pool-refusals'].map(
  (name) => `test/endpoints/${name}.test.ts`,
)
export const IDENTITY_TABLES = [
  ...['identity-values', 'map-role'].map((name) => `test/unit/core/${name}.test.ts`),
  'test/endpoints/pool-documents.test.ts',
  ...['identities-kept-apart', 'identity-pools', 'pool-errors', 'pools-kept-apart'].map(
    (name) => `test/unit/document/${name}.test.ts`,
  ),
]

export const FORMER_POOL_TABLES = [
  'test/endpoints/former-pool.test.ts',
  ...['former-identities', 'races'].map((name) => `test/linking/${name}.test.ts`),
]

export const DEVELOPER_TABLES = [
  'test/unit/core/open-id-token.test.ts',
  'test/unit/adapters/key-pair-signatures.test.ts',
  ...['developer-identities', 'developer-tokens', 'backend-signatures', 'classic-flow'].map(
    (name) => `test/endpoints/${name}.test.ts`,
  ),
]

export const DYNAMODB_TABLES = [
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

export const LOCAL_SIGNATURE_TABLES = [
  ...['refused-signatures', 'accepted-signatures', 'published-signatures', 'published-uploads'],
].map((name) => `test/unit/local-aws/${name}.test.ts`)
export const LOCAL_BODY_TABLES = ['published-uploads', 'unsigned-chunks'].map(
  (name) => `test/unit/local-aws/${name}.test.ts`,
)
export const LOCAL_POLICY_TABLES = ['authorize-session', 'condition-context'].map(
  (name) => `test/unit/local-aws/${name}.test.ts`,
)
/** What the page of the game saves, and whose sign-in it accepts. */
export const GAME_TABLES = ['saved-progress', 'authorization-code'].map(
  (name) => `test/game/${name}.test.ts`,
)

export const S3_TABLES = [
  ...['objects', 'lists', 'copies', 'multipart', 'permissions', 'condition-keys', 'presigned'],
  ...['hostile-requests', 'hostile-bodies', 'data-folder', 'limits'],
].map((name) => `test/local-aws/s3-${name}.test.ts`)
