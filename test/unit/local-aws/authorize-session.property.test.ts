/** A session may do what an independent evaluator allows by both of its policies, and no more. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { PolicyStatement } from '../../../packages/core/src/index.ts'
import { iamAllows, type KnownRequest } from '../../fixtures/iam-evaluator.ts'
import { PROPERTY_RUNS } from '../../fixtures/property-runs.ts'
import { generatedPolicy, generatedRequest } from '../core/evaluated-policies.ts'
import { denialOf } from './authorized-session.ts'

/** For each pair of policies. */
const REQUESTS = 20
const RUNS = Math.ceil(PROPERTY_RUNS.numRuns / 10)

it('agrees with an independent evaluator on both layers', { timeout: 600_000 }, () => {
  const counts = { allowed: 0, 'role policy': 0, 'session policy': 0 }
  fc.assert(
    fc.property(
      fc.option(generatedPolicy, { nil: undefined, freq: 8 }),
      fc.option(generatedPolicy, { nil: undefined, freq: 8 }),
      fc.array(generatedRequest, { minLength: REQUESTS, maxLength: REQUESTS }),
      (rolePolicy, sessionPolicy, requests) => {
        for (const request of requests) {
          const known = withFacts(request)
          const denial = decide(known, { rolePolicy, sessionPolicy })
          const layers = [rolePolicy, sessionPolicy].map(
            (policy) => policy === undefined || iamAllows(policy, known),
          )
          counts[denial?.layer ?? 'allowed']++
          if ((denial === undefined) !== layers.every(Boolean))
            expect.fail(JSON.stringify([denial, layers, rolePolicy, sessionPolicy, known]))
          if (denial && layers[denial.layer === 'role policy' ? 0 : 1])
            expect.fail(`not denied by the ${denial.layer}`)
        }
      },
    ),
    { numRuns: RUNS },
  )
  for (const count of Object.values(counts)) expect(count).toBeGreaterThan(RUNS / 2)
})

/** What every request to the local AWS has; another clock value would not be a time. */
function withFacts(request: KnownRequest): KnownRequest {
  const { context } = request
  return {
    ...request,
    context: {
      ...context,
      'aws:currenttime': orElse(context['aws:currenttime'], '2026-11-27T00:00:00Z'),
      'aws:sourceip': orElse(context['aws:sourceip'], '127.0.0.1'),
      'aws:securetransport': ['true'],
    },
  }
}

function orElse(values: readonly string[] | undefined, fallback: string): readonly string[] {
  return values?.length === 1 ? values : [fallback]
}

interface Policies {
  readonly rolePolicy: readonly PolicyStatement[] | undefined
  readonly sessionPolicy: readonly PolicyStatement[] | undefined
}

/** Each key comes from where a real request has it. */
function decide(
  { action, resource, context }: KnownRequest,
  { rolePolicy, sessionPolicy }: Policies,
) {
  const ofService = Object.entries(context).filter(
    ([key, values]) =>
      values.length > 0 &&
      ['s3:prefix', 's3:max-keys', 'aws:sourcearn', 'aws:tagkeys'].includes(key),
  )
  const [team] = context['aws:principaltag/team'] ?? []
  return denialOf(
    { action, resource, context: new Map(ofService) },
    {
      ...(rolePolicy ? { rolePolicy } : {}),
      ...(sessionPolicy ? { sessionPolicy } : {}),
      ...(team === undefined ? {} : { role: { principalTags: { Team: team } } }),
      http: { sourceIp: context['aws:sourceip']?.[0] ?? '' },
      nowMs: Date.parse(context['aws:currenttime']?.[0] ?? ''),
    },
  )
}
