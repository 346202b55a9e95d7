/** The one JSON line that every request leaves behind; never a token, a secret key, a session token, nor a whole claim set. */
import type { RefusalCode } from './refusal.ts'

export interface AuditRecord {
  /** ISO 8601, UTC. */
  readonly time: string
  readonly requestId: string
  readonly surface: string
  /** `explained`: a decision was shown that would have issued; nothing was. */
  readonly outcome: 'issued' | 'explained' | 'refused' | 'error'
  readonly code?: RefusalCode
  /** In the operator's words: which check failed, or what the upstream said. */
  readonly reason?: string
  readonly tenant?: string
  readonly issuer?: string
  readonly subject?: string
  readonly rule?: string
  readonly grant?: string
  readonly roleArn?: string
  readonly roleSessionName?: string
  /** What the caller would have called it. */
  readonly wantedSessionName?: string
  readonly sourceIdentity?: string
  readonly sessionTags?: Readonly<Record<string, string>>
  readonly policySha256?: string
  readonly packedPolicySize?: number
  readonly durationSeconds?: number
  readonly accessKeyId?: string
  readonly assumedRoleArn?: string
  /** A web identity token for this audience was given out, and no credentials. */
  readonly releasedAudience?: string
  readonly subjectTokenSha256?: string
  readonly clientIp?: string
  readonly userAgent?: string
  /** Milliseconds spent in each stage. */
  readonly durationsMs: Readonly<Record<string, number>>
}
