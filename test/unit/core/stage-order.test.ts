/** Skipping a stage does not compile: only a stage can create what the next one accepts. */
import { expectTypeOf, it } from 'vitest'
import type { matchGrant } from '../../../packages/core/src/decide/match-grant.ts'
import type {
  resolveTenant,
  TenantIdentity,
} from '../../../packages/core/src/decide/resolve-tenant.ts'
import type * as tenants from '../../../packages/core/src/model/compiled-tenant.ts'
import type * as requests from '../../../packages/core/src/model/credential-request.ts'
import type * as audit from '../../../packages/core/src/record/audit-record.ts'
import type { obtainWebIdentity } from '../../../packages/core/src/session/obtain-web-identity.ts'
import type * as plans from '../../../packages/core/src/session/session-plan.ts'
import type { AssumeRoleInput } from '../../../packages/core/src/session/sts.ts'
import type { SubjectToken } from '../../../packages/core/src/verify/subject-token.ts'
import type { VerifiedIdentity } from '../../../packages/core/src/verify/verify-identity.ts'

it('resolves the tenant of a verified identity, not of a parsed token or a lookalike', () => {
  expectTypeOf<SubjectToken>().not.toExtend<Parameters<typeof resolveTenant>[0]>()
  expectTypeOf<Lookalike<VerifiedIdentity>>().not.toExtend<Parameters<typeof resolveTenant>[0]>()
  expectTypeOf<VerifiedIdentity>().toExtend<Parameters<typeof resolveTenant>[0]>()
})

it('matches the rules of a resolved tenant, and renders a matched grant of that tenant', () => {
  expectTypeOf<tenants.CompiledTenant>().not.toExtend<Parameters<typeof matchGrant>[0]>()
  expectTypeOf<tenants.CompiledGrant & { name: string; rule: string }>().not.toExtend<
    Parameters<typeof plans.renderSessionPlan>[0]
  >()
  expectTypeOf<tenants.CompiledTenant>().not.toExtend<
    Parameters<typeof plans.renderSessionPlan>[1]
  >()
})

it('names sessions and mints for the subject that the tenant reads, not for the issuer’s', () => {
  type Rendered = Parameters<typeof plans.renderSessionPlan>[2]
  type Minted = Parameters<typeof obtainWebIdentity>[0]['identity']
  expectTypeOf<VerifiedIdentity>().not.toExtend<Rendered>()
  expectTypeOf<VerifiedIdentity>().not.toExtend<Minted>()
  expectTypeOf<TenantIdentity>().toExtend<Rendered>()
  expectTypeOf<TenantIdentity>().toExtend<Minted>()
})

it('obtains a web identity token for a rendered plan', () => {
  type Plan = Parameters<typeof obtainWebIdentity>[0]['plan']
  expectTypeOf<Lookalike<plans.SessionPlan>>().not.toExtend<Plan>()
  expectTypeOf<plans.SessionPlan>().toExtend<Plan>()
})

it('calls STS with an obtained token, not with a string or the subject token', () => {
  type Token = AssumeRoleInput['webIdentityToken']
  expectTypeOf<string>().not.toExtend<Token>()
  expectTypeOf<SubjectToken['compact']>().not.toExtend<Token>()
  expectTypeOf<Awaited<ReturnType<typeof obtainWebIdentity>>>().toExtend<Token>()
})

it('matches and renders for a validated request, not for the fields that an endpoint read', () => {
  expectTypeOf<requests.RequestFields>().not.toExtend<requests.CredentialRequest>()
  expectTypeOf<Lookalike<requests.CredentialRequest>>().not.toExtend<
    NonNullable<audit.Findings['request']>
  >()
})

it('writes a record that the record stage created', () => {
  type Written = Parameters<audit.AuditLog['write']>[0]
  expectTypeOf<Lookalike<audit.AuditRecord>>().not.toExtend<Written>()
  expectTypeOf<ReturnType<typeof audit.createAuditRecord>>().toExtend<Written>()
})

/** The same members, written by hand instead of created by the stage. */
type Lookalike<Created> = {
  [Key in keyof Created as Key extends string ? Key : never]: Created[Key]
}
