/** No stage can be skipped: what a stage takes is a type that only the stage before it can make. Checked by `check:types`. */
import { expectTypeOf, it } from 'vitest'
import type { CompiledGrant, CompiledTenant } from '../../../packages/core/src/compiled-tenant.ts'
import type { matchGrant } from '../../../packages/core/src/match-grant.ts'
import type { resolveTenant } from '../../../packages/core/src/resolve-tenant.ts'
import type { renderSessionPlan, SessionPlan } from '../../../packages/core/src/session-plan.ts'
import type { SubjectToken } from '../../../packages/core/src/subject-token.ts'
import type { VerifiedIdentity } from '../../../packages/core/src/verify-identity.ts'
import type { obtainWebIdentity } from '../../../packages/core/src/web-identity.ts'

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
  expectTypeOf<ByHand<SessionPlan>>().not.toExtend<Parameters<typeof obtainWebIdentity>[0]>()
  expectTypeOf<SessionPlan>().toExtend<Parameters<typeof obtainWebIdentity>[0]>()
})
