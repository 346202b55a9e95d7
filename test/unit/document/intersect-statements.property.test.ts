/** What two grants both allow is exactly what their intersection allows, for all values. */

import type { PolicyStatement } from '@token-broker/core'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { buildAutomaton, literalText } from '../../../packages/core/src/automata/automaton.ts'
import { InexactIntersectionError } from '../../../packages/core/src/document/intersection/inexact-intersection.ts'
import { intersectStatements } from '../../../packages/core/src/document/intersection/intersect-statements.ts'
import type { TemplateReading } from '../../../packages/core/src/document/intersection/intersect-texts.ts'
import { readPattern } from '../../../packages/core/src/document/pattern/read-pattern.ts'
import { evaluatePolicy } from '../../../packages/core/src/policy/evaluate/evaluate-policy.ts'
import { fillTemplate, mapTemplates } from '../../../packages/core/src/policy/template.ts'
import { iamAllows, type KnownRequest } from '../../fixtures/iam-evaluator.ts'
import { PROPERTY_RUNS } from '../../fixtures/property-runs.ts'
import { generatedGrants, requestsOfBoth, withSlots } from './generated-grants.ts'

const TEAMS = ['red', 'blue', 'x']

function reading(): TemplateReading {
  const analysis = readPattern(TEAMS.join('|'))
  if ('hint' in analysis) throw new Error(analysis.message)
  const options = TEAMS.map(literalText)
  return {
    attributes: new Map([['team', analysis]]),
    automata: new Map([['team', buildAutomaton({ kind: 'choice', options })]]),
    budget: { remaining: 1_000_000 },
  }
}

const render = (statements: readonly PolicyStatement[], team: string) =>
  statements.map((one) =>
    // The values are fixed here, so that they need no check.
    mapTemplates(one, (text) => fillTemplate(text, new Map([['team', team as never]]))),
  )

/** Independent evaluators of the policy language. */
const EVALUATORS: Readonly<
  Record<string, (statements: readonly PolicyStatement[], request: KnownRequest) => boolean>
> = {
  'the slow one': iamAllows,
  "the broker's": (statements, { action, resource, context }) =>
    evaluatePolicy(statements, { action, resource, context: new Map(Object.entries(context)) })
      .verdict === 'allowed',
}

it('a request is allowed by the intersection exactly where both grants allow it', () => {
  const counts = { exact: 0, allowed: 0, refused: 0 }
  fc.assert(
    fc.property(generatedGrants, fc.constantFrom(...TEAMS), (generated, team) => {
      const { left, right, slotted, contexts } = generated
      const grants = [left, right].map((some, at) => (slotted[at] ? withSlots(some) : some))
      const [one = [], other = []] = grants
      let both: readonly PolicyStatement[]
      try {
        both = intersectStatements(
          { grant: 'left', statements: one },
          { grant: 'right', statements: other },
          reading(),
        )
      } catch (error) {
        expect(error).toBeInstanceOf(InexactIntersectionError)
        counts.refused++
        return
      }
      counts.exact++
      const rendered = grants.map((some) => render(some, team))
      const common = render(both, team)
      for (const request of requestsOfBoth(rendered, contexts))
        for (const [name, allows] of Object.entries(EVALUATORS)) {
          const expected = rendered.every((some) => allows(some, request))
          if (expected) counts.allowed++
          expect(allows(common, request), `${name}: ${JSON.stringify(request)}`).toBe(expected)
        }
    }),
    PROPERTY_RUNS,
  )
  // If nearly all were refused, or nothing were allowed, this would prove nearly nothing.
  expect(counts.exact).toBeGreaterThan(PROPERTY_RUNS.numRuns / 3)
  expect(counts.allowed).toBeGreaterThan(PROPERTY_RUNS.numRuns)
}, 600_000)
