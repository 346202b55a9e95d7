/** Containment of statements is exact: compared with a slow evaluator on sampled requests. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BudgetExceededError } from '../../../packages/core/src/automata/budget.ts'
import { findUncovered } from '../../../packages/core/src/policy/containment.ts'
import { PROPERTY_RUNS } from '../../fixtures/property-runs.ts'
import {
  generatedStatement,
  generatedStatements,
  mayMatchNothing,
  narrowedStatement,
  sampleRequests,
} from './generated-statements.ts'
import { EVALUATION_READINGS, statementMatches } from './slow-evaluator.ts'

const SAMPLES = 100

/** Covering statements, and one that is often contained in them. */
const generated = generatedStatements.chain((covering) =>
  fc.record({
    covering: fc.constant(covering),
    requested: fc.oneof(generatedStatement, narrowedStatement(covering)),
    seed: fc.integer(),
  }),
)

describe('containment of statements', () => {
  it('agrees with the evaluator: no request is outside if covered, and else the example is', () => {
    const outcomes = { covered: 0, uncovered: 0, undecided: 0, compared: 0 }
    fc.assert(
      fc.property(generated, ({ covering, requested, seed }) => {
        const isOutside = (request: Parameters<typeof statementMatches>[1]) =>
          EVALUATION_READINGS.some(
            (reading) =>
              statementMatches(requested, request, reading) &&
              !covering.some((statement) => statementMatches(statement, request, reading)),
          )
        let example: ReturnType<typeof findUncovered>
        try {
          example = findUncovered([requested], covering, { budget: { remaining: 100_000 } })
        } catch (error) {
          expect(error).toBeInstanceOf(BudgetExceededError)
          outcomes.undecided++
          return
        }
        if (example === undefined) {
          outcomes.covered++
          for (const request of sampleRequests([requested, ...covering], seed, SAMPLES)) {
            outcomes.compared++
            expect(isOutside(request), JSON.stringify(request)).toBe(false)
          }
        } else if (![requested, ...covering].some(mayMatchNothing)) {
          outcomes.uncovered++
          expect(isOutside(example), JSON.stringify(example)).toBe(true)
        }
      }),
      PROPERTY_RUNS,
    )
    expect(Math.min(outcomes.covered, outcomes.uncovered)).toBeGreaterThan(
      PROPERTY_RUNS.numRuns / 10,
    )
    expect(outcomes.undecided).toBeLessThan(PROPERTY_RUNS.numRuns / 100)
  }, 600_000)
})
