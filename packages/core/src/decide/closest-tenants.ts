/**
 * Why no tenant accepts a token whose caller names none: the tenants that are closest to accepting
 * it, each with its checks, for the trace and the record. The caller gets nothing of it.
 *
 * This runs for refusals alone. It evaluates at most {@link MAX_CANDIDATES} tenants of the issuer,
 * as many as a refusal of a named tenant does, and the same ones whatever the token says beyond its
 * audience. So it costs the same for each refusal, and its time shows nothing about a tenant. Where
 * the caller names a tenant, only that one may be in the trace, and nothing of this runs.
 */
import { tenantIndexOf } from '../expression/tenant-index.ts'
import type { RequestContext } from '../model/request-context.ts'
import { MAX_CANDIDATES } from '../model/tenant-store.ts'
import type { CloseText } from '../model/text-difference.ts'
import { createTrace, type Trace } from '../model/trace.ts'
import type { VerificationPorts, VerifiedIdentity } from '../verify/verify-identity.ts'
import { acceptIdentity, type Unmet } from './accept-identity.ts'
import { acceptingTenants } from './candidate-tenants.ts'
import { closestAudience, describeUnmet } from './describe-unmet.ts'

/** In the trace. */
const MAX_SHOWN_TENANTS = 5

/** A tenant that does not accept the identity. */
export interface Refusing {
  readonly tenant: string
  readonly unmet: readonly Unmet[]
}

interface Unaccepted extends Refusing {
  readonly close: CloseText | undefined
  readonly checks: Trace['checks']
}

/**
 * Evaluates tenants that the index excluded, and records the checks of the closest ones.
 * @param evaluated those that are in the trace already
 * @returns the closest one as a sentence without its full stop; undefined: there is none
 */
export async function explainClosest(
  identity: VerifiedIdentity,
  requested: Parameters<typeof acceptIdentity>[2],
  evaluated: readonly Refusing[],
  context: RequestContext<VerificationPorts>,
): Promise<string | undefined> {
  const known = new Set(evaluated.map(({ tenant }) => tenant))
  const names = (await namesOf(identity)).filter((name) => !known.has(name))
  const others = names.slice(0, MAX_CANDIDATES - evaluated.length)
  const { tenants: store } = context.ports
  const load = (name: string) => store.load(name).catch(() => undefined)
  const found: Unaccepted[] = []
  for (const tenant of await Promise.all(others.map(load))) {
    const trace = createTrace()
    const own = { ...context, trace }
    const acceptance =
      tenant && (await acceptIdentity(tenant, identity, requested, own).catch(() => undefined))
    if (tenant && acceptance?.unmet)
      found.push(compared({ tenant: tenant.tenant, unmet: acceptance.unmet }, trace.checks))
  }
  const closest = found.toSorted(byDistance).slice(0, MAX_SHOWN_TENANTS)
  context.trace.checks.push(...closest.flatMap(({ checks }) => checks))
  const shown = [...evaluated.map((one) => compared(one)), ...closest]
  const [first] = shown.toSorted(byDistance)
  return first && describeUnmet(first.tenant, first.unmet, identity, first.close)
}

function compared(refusing: Refusing, checks: Trace['checks'] = []): Unaccepted {
  return { ...refusing, close: closestAudience(refusing.unmet), checks }
}

/** Tenants of the issuer, those of an audience of the token first. */
async function namesOf(identity: VerifiedIdentity): Promise<readonly string[]> {
  const accepting = await acceptingTenants(identity)
  const first = identity.trusts.flatMap(({ trust }) => tenantIndexOf(trust).first)
  return [...new Set([...accepting.flatMap(({ names }) => names), ...first])]
}

/** Fewer conditions that are not met, then a later one, then an audience that is almost right. */
function byDistance(one: Unaccepted, other: Unaccepted): number {
  const fewer = one.unmet.length - other.unmet.length
  return fewer === 0 ? similarity(other) - similarity(one) : fewer
}

function similarity({ unmet, close }: Unaccepted): number {
  if (unmet[0]?.condition !== 'audience') return 2
  return close ? 1 : 0
}
