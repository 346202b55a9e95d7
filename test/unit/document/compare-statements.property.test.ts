/** A widening of one statement is always found, whatever the other statements are. */
import { compareTenants } from '@token-broker/core/document'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type {
  CompiledTenant,
  PolicyStatement,
} from '../../../packages/core/src/model/compiled-tenant.ts'
import { PROPERTY_RUNS } from '../../fixtures/property-runs.ts'
import { generatedStatements, mayMatchNothing } from '../policy/generated-statements.ts'
import {
  EVALUATION_READINGS,
  type EvaluatedRequest,
  statementMatches,
} from '../policy/slow-evaluator.ts'

const RUNS = { numRuns: Math.max(PROPERTY_RUNS.numRuns, 1_000) }

const tenant = (statements: readonly PolicyStatement[]): CompiledTenant => ({
  tenant: 'acme',
  issuers: [],
  attributes: {},
  rules: [],
  grants: {
    files: {
      roleArn: 'arn:aws:iam::111122223333:role/files',
      durationSeconds: 3600,
      maxDurationSeconds: 3600,
      webIdentity: 'minted',
      sessionName: 'x',
      sessionTags: {},
      transitiveTagKeys: [],
      statements,
      managedPolicyArns: [],
    },
  },
  allowedOrigins: [],
})

/** One character of the ARN becomes a wildcard; the request has another one there. */
const widening = generatedStatements.chain((statements) =>
  fc.record({
    statements: fc.constant(statements),
    at: fc.nat(statements.length - 1),
    rest: fc.string({ unit: fc.constantFrom('a', 'b', '/'), minLength: 1, maxLength: 6 }),
    cut: fc.nat(5),
    wildcard: fc.constantFrom('*', '?'),
    replacement: fc.constantFrom('a', 'b', 'z'),
    slot: fc.boolean(),
  }),
)

it('a deliberate widening of one ARN is found, with a request that shows it', () => {
  let widened = 0
  fc.assert(
    fc.property(widening, ({ statements, at, rest, cut, wildcard, replacement, slot }) => {
      const folder = `arn:aws:s3:::bucket/${slot ? '{{user}}/' : ''}`
      const place = Math.min(cut, rest.length - 1)
      const put = (text: string) =>
        `${folder}${rest.slice(0, place)}${text}${rest.slice(place + 1)}`
      const narrow: PolicyStatement = {
        Effect: 'Allow',
        Action: 's3:GetObject',
        Resource: put(rest[place] ?? 'a'),
      }
      const wide = { ...narrow, Resource: put(wildcard) }
      const others = statements.filter((_, index) => index !== at)
      const [before, after] = [narrow, wide].map((one) => [
        ...others.slice(0, at),
        one,
        ...others.slice(at),
      ])
      const request: EvaluatedRequest = {
        action: 's3:GetObject',
        resource: put(replacement),
        context: {},
      }
      const isGained = EVALUATION_READINGS.some(
        (reading) =>
          statementMatches(wide, request, reading) &&
          !(before ?? []).some((one) => statementMatches(one, request, reading)),
      )
      const changes = compareTenants([tenant(before ?? [])], [tenant(after ?? [])])
      if (!isGained) return
      widened++
      expect(changes.filter(({ effect }) => effect === 'gain' || effect === 'unknown')).not.toEqual(
        [],
      )
      const gain = changes.find(({ effect }) => effect === 'gain')
      // Of a pattern that may match nothing, and of a slot, more may be reported than is gained.
      if (gain?.request === undefined || slot || statements.some(mayMatchNothing)) return
      const shown = gain.request
      expect(
        EVALUATION_READINGS.some(
          (reading) =>
            (after ?? []).some((one) => statementMatches(one, shown, reading)) &&
            !(before ?? []).some((one) => statementMatches(one, shown, reading)),
        ),
      ).toBe(true)
    }),
    RUNS,
  )
  expect(widened).toBeGreaterThan(RUNS.numRuns / 3)
}, 600_000)
