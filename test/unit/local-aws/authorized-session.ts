/** A session of an example role, and whether it may do something. */
import type { PolicyStatement } from '../../../packages/core/src/index.ts'
import {
  createAuthorizer,
  type Denial,
  type ServiceRequest,
} from '../../../packages/local/src/local-aws/authorize-session.ts'
import type { AssumedRole } from '../../../packages/local/src/local-aws/local-session.ts'
import type { Authenticated } from '../../../packages/local/src/local-aws/signature/authenticate.ts'

const ROLE_ARN = 'arn:aws:iam::111122223333:role/app'
export const SESSION_ARN = 'arn:aws:sts::111122223333:assumed-role/app/alice'
const NOW = Date.UTC(2026, 10, 27)

interface Options {
  readonly rolePolicy?: readonly PolicyStatement[]
  readonly sessionPolicy?: readonly PolicyStatement[]
  readonly role?: Partial<AssumedRole>
  readonly authenticated?: Partial<Authenticated>
  readonly http?: { readonly sourceIp?: string; readonly userAgent?: string }
  readonly nowMs?: number
}

export function denialOf(request: Partial<ServiceRequest>, options: Options): Denial | undefined {
  const { rolePolicy, sessionPolicy, nowMs = NOW } = options
  const policies = new Map(rolePolicy === undefined ? [] : [[ROLE_ARN, rolePolicy] as const])
  const role: AssumedRole = {
    ...{ roleArn: ROLE_ARN, assumedRoleArn: SESSION_ARN, roleId: 'AROAEXAMPLE:alice' },
    ...{ account: '111122223333', issuedAtMs: NOW, principalTags: {}, managedPolicyArns: [] },
    provider: 'arn:aws:iam::111122223333:oidc-provider/id.example',
    ...(sessionPolicy === undefined ? {} : { sessionPolicy }),
    ...options.role,
  }
  const session = { accessKeyId: 'ASIAEXAMPLE', secretAccessKey: 's', expiresAtMs: NOW + 1, role }
  const scope = { date: '20261127', region: 'eu-west-1', service: 's3' }
  const authenticated: Authenticated = {
    ...{ session, authType: 'REST-HEADER', region: 'eu-west-1', signedAtMs: NOW },
    payload: 'UNSIGNED-PAYLOAD',
    seed: {
      key: Buffer.alloc(32),
      claimed: { scope, dateTime: '20261127T000000Z', signature: '' },
    },
    ...options.authenticated,
  }
  return createAuthorizer(policies, () => nowMs).authorize(
    authenticated,
    { action: 's3:GetObject', resource: '*', context: new Map(), ...request },
    { sourceIp: '127.0.0.1', ...options.http },
  )
}
