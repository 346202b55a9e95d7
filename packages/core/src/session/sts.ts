/** Stage 7's port: STS, which turns a web identity token into credentials. */
import { BrokerError, type RefusalOptions } from '../model/broker-error.ts'
import type { WebIdentityToken } from './obtain-web-identity.ts'
import type { SessionPlan } from './session-plan.ts'

/** The request to STS: the plan, and the token that stage 6 obtained for it. */
export interface AssumeRoleInput
  extends Pick<
    SessionPlan,
    'roleArn' | 'roleSessionName' | 'durationSeconds' | 'sessionPolicyJson' | 'managedPolicyArns'
  > {
  readonly webIdentityToken: WebIdentityToken
}

export interface AssumedRole {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
  readonly expiration: Date
  readonly assumedRoleArn: string
  readonly assumedRoleId: string | undefined
  /** Percentage of the largest session token that STS issues; undefined where STS does not say. */
  readonly sessionTokenUtilization: number | undefined
  /** Bytes of the session token; undefined where STS does not say. */
  readonly sessionTokenSize: number | undefined
  /** For the audit record: why GetCallerIdentity will not know this session. */
  readonly identityFailure?: string
}

/** `sts_rejected`, because STS cannot read the session policy. */
export class MalformedPolicy extends BrokerError {
  constructor(message: string, options: RefusalOptions = {}) {
    super('sts_rejected', message, options)
  }
}

export interface Sts {
  /**
   * @param signal aborts the call when the invocation's deadline is near
   * @throws {BrokerError} `sts_rejected`, `policy_too_large`, `throttled`, `upstream_unavailable`
   */
  assumeRoleWithWebIdentity(input: AssumeRoleInput, signal: AbortSignal): Promise<AssumedRole>
}
