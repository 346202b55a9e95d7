/**
 * What the pipeline needs from outside, and nothing more. Adapters implement these; roots compose
 * them.
 */
import type { PoolPorts } from './decide/identify-in-pool.ts'
import type { TenantStore } from './model/tenant-store.ts'
import type { AuditLog } from './record/audit-record.ts'
import type { ReuseSession } from './reuse/reuse-sessions.ts'
import type { MintingPorts } from './session/obtain-web-identity.ts'
import type { NamingPorts } from './session/session-labels.ts'
import type { Sts } from './session/sts.ts'
import type { ProofPorts } from './verify/demand-dpop-proof.ts'
import type { SamlPorts } from './verify/verify-assertion.ts'
import type { SignatureVerifier } from './verify/verify-identity.ts'
import type { OpaquePorts } from './verify/verify-opaque-token.ts'

export interface Dependencies
  extends MintingPorts,
    NamingPorts,
    OpaquePorts,
    PoolPorts,
    ProofPorts,
    SamlPorts {
  readonly tenants: TenantStore
  readonly verifier: SignatureVerifier
  readonly sts: Sts
  readonly audit: AuditLog
  /** Only a grant with `reuse` loads what keeps sessions. Absent: none is returned again. */
  readonly openReuse?: () => Promise<ReuseSession>
  /** Nanoseconds since an arbitrary moment, from a monotonic clock, with which stages are timed. */
  readonly monotonicNs: () => bigint
}
