/** Session plans of one grant, for tests of how grant, caller and request become one. */
import type { MatchedGrant } from '../../../packages/core/src/decide/match-grant.ts'
import type {
  ResolvedTenant,
  TenantIdentity,
} from '../../../packages/core/src/decide/resolve-tenant.ts'
import type { Actor } from '../../../packages/core/src/model/actor.ts'
import type {
  CompiledAttribute,
  CompiledGrant,
} from '../../../packages/core/src/model/compiled-tenant.ts'
import { createTrace, type ShownCheck, showTrace } from '../../../packages/core/src/model/trace.ts'
import { attributesOfGrant } from '../../../packages/core/src/policy/used-attributes.ts'
import { compareCallerPolicy } from '../../../packages/core/src/session/compare-caller-policy.ts'
import {
  renderSessionPlan,
  type SessionPlan,
} from '../../../packages/core/src/session/session-plan.ts'

const PORTS = {
  sessionNameKey: 'a secret of the deployment, for tests',
  brokerIssuer: 'https://broker.example',
}

export const GRANT: CompiledGrant = {
  roleArn: 'arn:aws:iam::111122223333:role/app',
  durationSeconds: 3600,
  maxDurationSeconds: 7200,
  webIdentity: 'minted',
  sessionName: '{{user}}',
  sessionTags: { team: '{{team}}' },
  transitiveTagKeys: ['team'],
  statements: [
    { Sid: 'Read', Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/{{user}}/*' },
    {
      Sid: 'List',
      Effect: 'Allow',
      Action: 's3:ListBucket',
      Resource: 'arn:aws:s3:::b',
      Condition: { StringLike: { 's3:prefix': ['{{user}}/*', 'public/*'] } },
    },
    { Sid: 'Keep', Effect: 'Deny', Action: 's3:DeleteObject', NotResource: 'arn:x:y:::{{team}}' },
  ],
  managedPolicyArns: ['arn:aws:iam::aws:policy/A', 'arn:aws:iam::aws:policy/B'],
}

export interface PlanRequest {
  readonly grant?: Partial<CompiledGrant>
  readonly claims?: Readonly<Record<string, unknown>>
  readonly subject?: string
  /** Who acts for the subject. */
  readonly actor?: Actor
  readonly requested?: Partial<Parameters<typeof renderSessionPlan>[3]>
  /** JSON text. */
  readonly sessionPolicy?: string
  readonly attributes?: Readonly<Record<string, CompiledAttribute>>
  /** Default: the caller presented a JWT. */
  readonly hasOpaqueToken?: boolean
}

export interface Rendered {
  readonly plan: SessionPlan | undefined
  readonly error: unknown
  readonly trace: readonly ShownCheck[]
}

/** The plan of alice, of the team red, who requests the whole grant. */
export function render({ grant, claims, subject = 'alice', ...more }: PlanRequest = {}): Rendered {
  const trace = createTrace()
  const attribute = (from: string) => ({ from, pattern: '[a-z]+', maxLength: 64, separators: '' })
  const declared = { user: attribute('claims.sub'), team: attribute('claims.team') }
  const values = { sub: subject, team: 'red', ...claims }
  const request = { ip: '203.0.113.7', endpoint: 'native' }
  // In place of values that only their stages can create.
  const identity = {
    issuer: 'https://id.example',
    subject,
    claims: values,
    token: more.hasOpaqueToken ? undefined : {},
    actor: more.actor,
    scope: { claims: values, issuer: 'https://id.example', request },
  } as unknown
  const caller = { requestId: 'r', endpoint: '', clientIp: '', userAgent: undefined }
  const { signal } = new AbortController()
  try {
    const whole = { ...GRANT, ...grant }
    const attributes = attributesOfGrant(whole)
    const plan = renderSessionPlan(
      { ...whole, name: 'read', rule: 'all', attributes } as MatchedGrant,
      { tenant: 'acme', attributes: more.attributes ?? declared } as unknown as ResolvedTenant,
      identity as TenantIdentity,
      {
        ...{ durationSeconds: undefined, statements: undefined, ...more.requested },
        callerPolicy:
          more.sessionPolicy === undefined ? undefined : compareCallerPolicy(more.sessionPolicy),
      },
      { ...caller, signal, trace, ports: PORTS },
    )
    return { plan, error: undefined, trace: showTrace(trace) }
  } catch (error) {
    return { plan: undefined, error, trace: showTrace(trace) }
  }
}
