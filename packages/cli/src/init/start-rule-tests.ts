/** Writes rule tests for a new document, with the decisions that the broker makes about samples. */
import type { CompiledTenant, Decision } from '@token-broker/core'
import { type RuleTest, readRuleTests, writeDocument } from '@token-broker/core/document'
import { decideTest } from '../rule-tests/decide-test.ts'
import type { SampleCaller } from './sample-claims.ts'
import { RULE_TESTS_SCHEMA } from './start-document.ts'

const OTHER_AUDIENCE = 'https://another-app.example'

/**
 * @param file name of the tests, for the comment
 * @returns undefined where the sample does not fit the document
 */
export async function startRuleTests(
  tenant: CompiledTenant,
  { claims, refused }: SampleCaller,
  file: string,
): Promise<string | undefined> {
  const accepted = await decide(tenant, claims)
  const { plan, grant } = accepted
  if (plan === undefined || grant === undefined) return undefined
  const [request, foreign] = requestsOf(plan.sessionPolicy)
  const others = {
    'a token for another app is refused': { aud: OTHER_AUDIENCE },
    ...refused,
  }
  const refusals = await Promise.all(
    Object.entries(others).map(async ([name, changed]) => {
      const { refusal } = await decide(tenant, { ...claims, ...changed })
      return refusal && { name, claims: changed, expect: { refusal: refusal.code } }
    }),
  )
  const tests = [
    {
      name: 'a caller gets its own data, and no other',
      expect: { grant, can: [request], cannot: [foreign] },
    },
    ...refusals.filter((test) => test !== undefined),
  ]
  return writeDocument({ defaults: { claims }, tests }, [
    `yaml-language-server: $schema=${RULE_TESTS_SCHEMA}`,
    `What the document must decide about callers. Run it: token-broker test ${file}`,
  ])
}

async function decide(tenant: CompiledTenant, claims: object): Promise<Decision> {
  const text = JSON.stringify({ tests: [{ name: 'sample', claims, expect: { grant: 'any' } }] })
  const [test]: readonly RuleTest[] = readRuleTests(text, 'sample').ruleTests?.tests ?? []
  if (test === undefined) throw new Error('the sample claims of init are not a rule test')
  return decideTest(test, [tenant])
}

/** One request that the policy allows, and the same for the data of another caller. */
function requestsOf({ Statement }: NonNullable<Decision['plan']>['sessionPolicy']) {
  const [statement] = Statement
  const first = (value: unknown) => String(Array.isArray(value) ? value[0] : value)
  const resource = first(statement?.Resource).replace('*', 'example.txt')
  const action = first(statement?.Action)
  const foreign = resource.replace(/\/.*/, '/another-caller/example.txt')
  return [`${action} ${resource}`, `${action} ${foreign}`] as const
}
