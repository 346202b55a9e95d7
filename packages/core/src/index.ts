/** What the deployed broker uses of the domain; compiling tenant documents is `@token-broker/core/compile`. */
export type { AuditRecord } from './audit-record.ts'
export { warmUpExpressions } from './cel.ts'
export type * from './compiled-tenant.ts'
export type { Caller, CredentialRequest } from './credential-request.ts'
export { sha256Hex } from './digest.ts'
export {
  type Decision,
  explainDecision,
  type Issued,
  issueCredentials,
  type Released,
  releaseWebIdentity,
} from './issue-credentials.ts'
export type { JWK } from './jwk.ts'
export type * from './ports.ts'
export { BrokerError, REFUSAL_CODES, type RefusalCode } from './refusal.ts'
export type { SessionPlan } from './session-plan.ts'
export { isObject } from './strict-json.ts'
export { MAX_TOKEN_CHARACTERS, type SubjectToken } from './subject-token.ts'
export {
  bucketName,
  bucketOf,
  DIRECTORY_LINE_BYTES,
  type NameKind,
  type Place,
  readDirectoryLine,
  TENANTS_FILE_VERSION,
  type TenantsFileHeader,
} from './tenants-file-layout.ts'
export { type ShownCheck, showTrace, type Trace } from './trace.ts'
