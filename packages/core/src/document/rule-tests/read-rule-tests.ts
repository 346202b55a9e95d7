/** Reads a file with rule tests: stated callers, and what the documents must decide about them. */
import { readExactNumber } from '../../model/exact-number.ts'
import { checkShape } from '../check-shape.ts'
import type { Problem, Report, TenantDocumentError } from '../document-problem.ts'
import { parseDuration } from '../field-values.ts'
import { placedError } from '../placed-error.ts'
import type { PlainValue } from '../plain-value.ts'
import { readDocument } from '../read-document.ts'
import {
  type AwsRequestDocument,
  type RuleTest as RuleTestDocument,
  type RuleTestExpectation,
  type RuleTestRequest,
  ruleTestsSchema,
} from './rule-test-schema.ts'

export type Claims = Readonly<Record<string, unknown>>

/** One request that is stated, and what must be decided about it. */
export interface RuleTest {
  readonly name: string
  /** Where the test begins in its file. */
  readonly line: number
  /** Of the subject token. Undefined: `token` names a file, or the caller is a guest. */
  readonly claims: Claims | undefined
  /** Path of a file with a JWT, relative to the file of the test; its signature is not verified. */
  readonly token: string | undefined
  /** Claims of the actor token; undefined: there is none. */
  readonly actor: Claims | undefined
  readonly request: Omit<RuleTestRequest, 'duration'> & { readonly durationSeconds?: number }
  /** Undefined: not a caller of a pool. */
  readonly pool: (PoolCaller & { readonly id: string }) | undefined
  /** Milliseconds since the epoch; undefined: the current time. */
  readonly nowMs: number | undefined
  readonly expect: ExpectedDecision
}

type PoolCaller = NonNullable<RuleTestDocument['pool']>

export interface ExpectedDecision extends Omit<RuleTestExpectation, 'can' | 'cannot' | 'duration'> {
  readonly durationSeconds?: number
  readonly can: readonly StatedAwsRequest[]
  readonly cannot: readonly StatedAwsRequest[]
}

/** A request to AWS of a session. */
export interface StatedAwsRequest {
  readonly action: string
  readonly resource: string
  /** By condition key; an empty list: the request does not have the key. */
  readonly context: Readonly<Record<string, readonly string[]>>
}

export interface RuleTests {
  /** Paths of the documents, relative to the file; undefined: the one that it is named for. */
  readonly documents: readonly string[] | undefined
  readonly tests: readonly RuleTest[]
}

/** Reads one file. Where there is any error, there are no tests. */
export function readRuleTests(
  text: string,
  file: string,
): { readonly ruleTests?: RuleTests; readonly errors: readonly TenantDocumentError[] } {
  const document = readDocument(text)
  const problems: Problem[] = [...document.problems]
  const report: Report = (path, message, hint, details) =>
    problems.push({ path, message, hint, ...details })
  if (document.value !== undefined)
    checkShape(document.value, document.plainValues, report, ruleTestsSchema)
  const result = ruleTestsSchema.safeParse(document.value)
  if (result.success) {
    const { tests, defaults, documents } = result.data
    const complete = tests.map((test) => withDefaults(test, defaults))
    checkTests(complete, report)
    checkNumbers(document.plainValues, report)
    if (problems.length === 0)
      return {
        ruleTests: {
          documents,
          tests: complete.map((test, index) => {
            const { line = 1 } = document.locate(['tests', index]) ?? {}
            return createRuleTest(test, line)
          }),
        },
        errors: [],
      }
  }
  return { errors: problems.map((problem) => placedError(problem, file, document)) }
}

/** What is the same for every test of a file counts where the test says nothing else. */
function withDefaults(
  test: RuleTestDocument,
  defaults: Omit<Partial<RuleTestDocument>, 'name' | 'token' | 'expect'> = {},
): RuleTestDocument {
  const complete = {
    ...defaults,
    ...test,
    actor: test.actor && { ...defaults.actor, ...test.actor },
    request: { ...defaults.request, ...test.request },
    pool: merge(defaults.pool, test.pool),
  }
  const hasNoClaims = test.token !== undefined || isGuest(complete)
  return { ...complete, claims: hasNoClaims ? test.claims : merge(defaults.claims, test.claims) }
}

function merge<Value extends object>(
  defaults: Value | undefined,
  own: Value | undefined,
): Value | undefined {
  return defaults || own ? ({ ...defaults, ...own } as Value) : undefined
}

function isGuest({ pool }: Pick<RuleTestDocument, 'pool'>): boolean {
  return pool !== undefined && pool.provider === undefined
}

/** @param tests with their defaults */
function checkTests(tests: readonly RuleTestDocument[], report: Report): void {
  const names = new Set<string>()
  for (const [index, test] of tests.entries()) {
    const path = ['tests', index]
    const { name, claims, token, pool, expect } = test
    if (names.has(name))
      report([...path, 'name'], `another test has the name ${name}`, 'give each test its own name')
    names.add(name)
    if (claims !== undefined && token !== undefined)
      report(path, 'a test has claims and a token', 'remove one of them')
    if (claims === undefined && token === undefined && !isGuest(test))
      report(path, 'a test has neither claims nor a token', 'write claims: { sub: … }')
    if (isGuest(test) && (claims ?? token) !== undefined)
      report(path, 'a guest has no token', 'write pool.provider, or remove the token')
    if (pool !== undefined && pool.id === undefined)
      report([...path, 'pool'], 'the pool is missing', 'write id: and the id of the pool')
    const stated = Object.keys(expect)
    if (stated.length === 0)
      report([...path, 'expect'], 'nothing is expected', 'write grant: NAME, or refusal: CODE')
    const besides = stated.filter((field) => !['refusal', 'rule'].includes(field))
    if (expect.refusal !== undefined && besides.length > 0)
      report(
        [...path, 'expect', besides[0] ?? ''],
        `a refused request has no ${besides[0]}`,
        'remove it, or remove refusal',
      )
  }
}

/** A claim that YAML rounds would be another one than the token's. */
function checkNumbers(plainValues: readonly PlainValue[], report: Report): void {
  for (const { path, value, source } of plainValues)
    if (typeof value === 'number' && readExactNumber(source) !== value)
      report(
        path,
        `YAML reads the number ${source} as ${value}`,
        'write a number that is exact here, such as 1.5, or the claims in a token',
      )
}

function createRuleTest(test: RuleTestDocument, line: number): RuleTest {
  const { name, claims, token, actor, request = {}, pool, now } = test
  const { can = [], cannot = [], ...expect } = test.expect
  return {
    ...{ name, line, claims, token, actor },
    pool: pool && { ...pool, id: pool.id ?? '' },
    request: withSeconds(request),
    nowMs: now === undefined ? undefined : Date.parse(now),
    expect: {
      ...withSeconds(expect),
      can: can.map(readAwsRequest),
      cannot: cannot.map(readAwsRequest),
    },
  }
}

function withSeconds<Fields extends { readonly duration?: string | undefined }>({
  duration,
  ...fields
}: Fields): Omit<Fields, 'duration'> & { readonly durationSeconds?: number } {
  const seconds = duration === undefined ? undefined : parseDuration(duration)
  return { ...fields, ...(seconds === undefined ? {} : { durationSeconds: seconds }) }
}

function readAwsRequest(request: AwsRequestDocument): StatedAwsRequest {
  if (typeof request === 'string') {
    const at = request.indexOf(' ')
    return { action: request.slice(0, at), resource: request.slice(at + 1), context: {} }
  }
  const { action, resource, context = {} } = request
  const lists = Object.entries(context).map(([key, value]) => [key, [value].flat()] as const)
  return { action, resource, context: Object.fromEntries(lists) }
}
