/** No stage can be skipped: what a stage takes is a type that only the stage before it can make. Checked by `check:types`. */
import { expectTypeOf, it } from 'vitest'
import type { matchGrant } from '../../../packages/core/src/decide/match-grant.ts'
import type { resolveTenant } from '../../../packages/core/src/decide/resolve-tenant.ts'
import type {
  CompiledGrant,
  CompiledTenant,
} from '../../../packages/core/src/model/compiled-tenant.ts'
import type {
  CredentialRequest,
  RequestFields,
} from '../../../packages/core/src/model/credential-request.ts'
import type {
  AuditLog,
  AuditRecord,
  createAuditRecord,
  Findings,
} from '../../../packages/core/src/record/audit-record.ts'
import type { obtainWebIdentity } from '../../../packages/core/src/session/obtain-web-identity.ts'
import type {
  renderSessionPlan,
  SessionPlan,
} from '../../../packages/core/src/session/session-plan.ts'
import type { AssumeRoleInput } from '../../../packages/core/src/session/sts.ts'
import type { SubjectToken } from '../../../packages/core/src/verify/subject-token.ts'
import type { VerifiedIdentity } from '../../../packages/core/src/verify/verify-identity.ts'

/** The same members, written by hand and not made by the stage. */
type ByHand<Made> = { [Key in keyof Made as Key extends string ? Key : never]: Made[Key] }

it('takes a verified identity, and no parsed token or object that looks like one', () => {
  expectTypeOf<SubjectToken>().not.toExtend<Parameters<typeof resolveTenant>[0]>()
  expectTypeOf<ByHand<VerifiedIdentity>>().not.toExtend<Parameters<typeof resolveTenant>[0]>()
  expectTypeOf<VerifiedIdentity>().toExtend<Parameters<typeof resolveTenant>[0]>()
})

it('matches rules of a resolved tenant, and renders a matched grant of it', () => {
  expectTypeOf<CompiledTenant>().not.toExtend<Parameters<typeof matchGrant>[0]>()
  expectTypeOf<CompiledGrant & { name: string; rule: string }>().not.toExtend<
    Parameters<typeof renderSessionPlan>[0]
  >()
  expectTypeOf<CompiledTenant>().not.toExtend<Parameters<typeof renderSessionPlan>[1]>()
})

it('obtains a web identity token for a rendered plan', () => {
  type Plan = Parameters<typeof obtainWebIdentity>[0]['plan']
  expectTypeOf<ByHand<SessionPlan>>().not.toExtend<Plan>()
  expectTypeOf<SessionPlan>().toExtend<Plan>()
})

it('asks STS with an obtained token, and no string that looks like one', () => {
  type Token = AssumeRoleInput['webIdentityToken']
  expectTypeOf<string>().not.toExtend<Token>()
  expectTypeOf<SubjectToken['compact']>().not.toExtend<Token>()
  expectTypeOf<Awaited<ReturnType<typeof obtainWebIdentity>>>().toExtend<Token>()
})

it('matches and renders for a checked request, and no fields that an endpoint read', () => {
  expectTypeOf<RequestFields>().not.toExtend<CredentialRequest>()
  expectTypeOf<ByHand<CredentialRequest>>().not.toExtend<NonNullable<Findings['request']>>()
})

it('writes a record that the record stage created', () => {
  expectTypeOf<ByHand<AuditRecord>>().not.toExtend<Parameters<AuditLog['write']>[0]>()
  expectTypeOf<ReturnType<typeof createAuditRecord>>().toExtend<Parameters<AuditLog['write']>[0]>()
})
