/**
 * The parts of the domain that the deployed broker uses. Documents are compiled by
 * `@token-broker/core/document`.
 */
export { toBrokerError } from './authorize.ts'
export type { IdentityPools } from './decide/identify-in-pool.ts'
export { warmUpExpressions } from './expression/cel.ts'
export { tenantIndexOf } from './expression/tenant-index.ts'
export {
  identifyCaller,
  type SessionIdentifier,
  type SessionProblem,
  UnidentifiedCaller,
} from './identify-caller.ts'
export { type IdentifiedCaller, identifyPoolCaller } from './identify-pool-caller.ts'
export {
  type Decision,
  explainDecision,
  type Issued,
  issueCredentials,
  type Released,
  releaseWebIdentity,
} from './issue-credentials.ts'
export { manageDeveloperIdentity } from './manage-developer-identity.ts'
export { BrokerError, REFUSAL_CODES, type RefusalCode } from './model/broker-error.ts'
export type * from './model/compiled-tenant.ts'
export {
  type CredentialRequest,
  invalidRequest,
  type PresentedProof,
  type RequestFields,
} from './model/credential-request.ts'
export type * from './model/developer-request.ts'
export { sha256Hex } from './model/digest.ts'
export * from './model/identity-pool.ts'
export type { IssuerTls } from './model/issuer-tls.ts'
export {
  COORDINATE_BYTES,
  type JWK,
  MAX_ISSUER_KEYS,
  MIN_RSA_BITS,
  PRIVATE_MEMBERS,
} from './model/jwk.ts'
export {
  type AcceptedCaller,
  type Admission,
  type ExceededLimit,
  type LimitName,
  LimitReached,
} from './model/limit-reached.ts'
export { isLoopbackHost, isSecureUrl } from './model/loopback.ts'
export {
  isTenantId,
  RULED_GRANT_PATTERN,
  SAML_PROVIDER_ARN,
  TENANT_ID_PATTERN,
} from './model/names.ts'
export type * from './model/opaque-issuer.ts'
export type * from './model/pool-identity.ts'
export { type PoolProblem, PoolRefusal } from './model/pool-refusal.ts'
export type { RecordedCaller } from './model/request-context.ts'
export {
  MAX_LIMIT,
  type RateLimit,
  readRateLimit,
  type StageLimits,
  TENANT_LIMITS,
  type TenantLimits,
  type WrittenLimit,
} from './model/request-rate.ts'
export { SIGNATURE_ALGORITHMS } from './model/signature-algorithms.ts'
export type { SignatureProblem, SignedRequest } from './model/signed-request.ts'
export { isObject, parseStrictObject } from './model/strict-json.ts'
export * from './model/sts-limits.ts'
export {
  type AudienceTenants,
  type IndexedTrust,
  type IssuerTrust,
  type ListedTrust,
  MAX_CANDIDATES,
  SHOWN_AUDIENCES,
  type TenantIndex,
  type TenantStore,
  type TrustingTenant,
} from './model/tenant-store.ts'
export {
  bucketName,
  bucketOf,
  DIRECTORY_LINE_BYTES,
  MAX_LISTED,
  type NameKind,
  type Place,
  readDirectoryLine,
  type ShardedMap,
  type StoredAudience,
  type StoredIndex,
  type StoredTrust,
  shardOf,
  TENANTS_FILE_VERSION,
  type TenantsFileHeader,
} from './model/tenants-file-layout.ts'
export { lastCheck, type ShownCheck, showTrace, type Trace } from './model/trace.ts'
export { findEd25519Weakness, findRsaWeakness } from './model/weak-keys.ts'
export { hasSlots } from './policy/template.ts'
export type { Dependencies } from './ports.ts'
export {
  type AuditLog,
  type AuditRecord,
  type CallerIdentity,
  repeatAuditRecord,
} from './record/audit-record.ts'
export type { DecidedToken, DecisionInputs, RecordedInputs } from './record/decision-inputs.ts'
export { refuseBeyondLimit } from './refuse-beyond-limit.ts'
export { InvalidCallerPolicy } from './session/invalid-caller-policy.ts'
export type { MintedToken } from './session/minted-token.ts'
export type { Signer, WebIdentityToken } from './session/obtain-web-identity.ts'
export type { SessionPlan } from './session/session-plan.ts'
export { type AssumedRole, type AssumeRoleInput, MalformedPolicy, type Sts } from './session/sts.ts'
export type { ProofVerifier } from './verify/demand-dpop-proof.ts'
export { SIGNATURE_CHECK } from './verify/demand-signature.ts'
export { type DpopProof, thumbprintOf } from './verify/dpop-proof.ts'
export { VOUCH_CHECK } from './verify/find-opaque-issuer.ts'
export { issueProofNonce } from './verify/proof-nonce.ts'
export type { SubjectToken } from './verify/subject-token.ts'
export type {
  AssertionCheck,
  AssertionStatement,
  SamlToken,
  SamlVerifier,
} from './verify/verify-assertion.ts'
export type { SignatureVerifier } from './verify/verify-identity.ts'
export type { OpaqueVerifier, TokenSource, TokenStatement } from './verify/verify-opaque-token.ts'
