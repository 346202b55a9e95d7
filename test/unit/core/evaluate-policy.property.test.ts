/** The evaluator of policies agrees with an independent one, on requests that are known or not. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { evaluatePolicy } from '../../../packages/core/src/policy/evaluate/evaluate-policy.ts'
import { findSmallestChange } from '../../../packages/core/src/policy/evaluate/smallest-change.ts'
import { iamAllows, type KnownRequest } from '../../fixtures/iam-evaluator.ts'
import { PROPERTY_RUNS } from '../../fixtures/property-runs.ts'
import { generatedPolicy, generatedRequest } from './evaluated-policies.ts'

/** Requests for each generated policy: with 10,000 policies, 1,000,000 pairs. */
const REQUESTS = 100
/** Drawn once, because drawing takes longer than evaluating. */
const DRAWN_REQUESTS = 10_000
const drawn = fc.sample(generatedRequest, DRAWN_REQUESTS)

describe('the evaluator of policies', () => {
  it('decides every request of which all is known as IAM does', { timeout: 600_000 }, () => {
    const counts = { allowed: 0, denied: 0, unknown: 0 }
    fc.assert(
      fc.property(generatedPolicy, fc.nat(DRAWN_REQUESTS - REQUESTS), (policy, start) => {
        for (const request of drawn.slice(start, start + REQUESTS)) {
          const { verdict } = evaluatePolicy(policy, known(request))
          const expected = iamAllows(policy, request) ? 'allowed' : 'denied'
          counts[verdict]++
          if (verdict !== expected)
            expect.fail(`${verdict} instead of ${expected}: ${JSON.stringify([policy, request])}`)
        }
      }),
      PROPERTY_RUNS,
    )
    const total = PROPERTY_RUNS.numRuns * REQUESTS
    expect(counts.allowed + counts.denied).toBe(total)
    expect(counts.allowed).toBeGreaterThan(total / 20)
  })

  it('knows a verdict only if nothing that is missing could change it', {
    timeout: 600_000,
  }, () => {
    const counts = { allowed: 0, denied: 0, unknown: 0, withoutExamples: 0 }
    fc.assert(
      fc.property(
        generatedPolicy,
        generatedRequest,
        fc.nat(DRAWN_REQUESTS - 20),
        fc.integer({ min: 0, max: 255 }),
        (policy, request, start, mask) => {
          const hidden = Object.keys(request.context).filter((_, at) => mask & (1 << at))
          const partial = known(request)
          for (const key of hidden) partial.context.delete(key)
          const result = evaluatePolicy(policy, partial)
          counts[result.verdict]++
          const complete = (values: ReadonlyMap<string, readonly string[]>) =>
            iamAllows(policy, {
              ...request,
              context: { ...request.context, ...Object.fromEntries(values) },
            })
          if (result.verdict !== 'unknown') {
            for (const other of drawn.slice(start, start + 20)) {
              const values = hidden.map((key) => [key, other.context[key] ?? []] as const)
              if (complete(new Map(values)) !== (result.verdict === 'allowed'))
                expect.fail(
                  `not ${result.verdict}: ${describeCase(policy, request, new Map(values))}`,
                )
            }
            return
          }
          const { allowedWith, deniedWith, missing } = result
          expect(missing.length).toBeGreaterThan(0)
          if (!allowedWith || !deniedWith) counts.withoutExamples++
          if (allowedWith && !complete(allowedWith))
            expect.fail(`denied with ${describeCase(policy, request, allowedWith)}`)
          if (deniedWith && complete(deniedWith))
            expect.fail(`allowed with ${describeCase(policy, request, deniedWith)}`)
        },
      ),
      PROPERTY_RUNS,
    )
    expect(Math.min(counts.allowed, counts.denied, counts.unknown)).toBeGreaterThan(
      PROPERTY_RUNS.numRuns / 50,
    )
    // Only where a variable is unknown: of its values, some are tried and not all. A few such
    // requests are more than a twentieth of those that are unknown in a short run.
    expect(counts.withoutExamples).toBeLessThanOrEqual(3 + counts.unknown / 20)
  })
})

it('finds a change with which every such request is allowed', { timeout: 600_000 }, () => {
  let changed = 0
  fc.assert(
    fc.property(
      generatedPolicy,
      generatedRequest,
      fc.nat(DRAWN_REQUESTS - 20),
      fc.integer({ min: 0, max: 255 }),
      (policy, request, start, mask) => {
        const partial = known(request)
        const keys = Object.keys(request.context)
        for (const key of keys.filter((_, at) => mask & (1 << at))) partial.context.delete(key)
        if (evaluatePolicy(policy, partial).verdict === 'allowed') return
        const change = findSmallestChange(policy, partial)
        if (change === undefined) return
        changed++
        const { action = request.action, resource = request.resource } = change
        for (const { context } of drawn.slice(start, start + 20)) {
          const all: KnownRequest['context'] = {
            ...context,
            ...Object.fromEntries([...partial.context, ...change.context]),
          }
          if (!iamAllows(policy, { action, resource, context: all }))
            expect.fail(JSON.stringify([change, [...change.context], policy, all]))
        }
      },
    ),
    PROPERTY_RUNS,
  )
  expect(changed).toBeGreaterThan(PROPERTY_RUNS.numRuns / 4)
})

function describeCase(
  policy: unknown,
  request: KnownRequest,
  values: ReadonlyMap<string, readonly string[]>,
): string {
  return JSON.stringify([Object.fromEntries(values), policy, request])
}

function known({ action, resource, context }: KnownRequest) {
  return { action, resource, context: new Map(Object.entries(context)) }
}
