/** The shape of a file with rule tests: one definition for parsing and for the JSON Schema. */
import * as z from 'zod/mini'
import { REFUSAL_CODES } from '../../model/broker-error.ts'
import { IDENTITY_ID_PATTERN, POOL_ID_PATTERN } from '../../model/identity-pool.ts'
import { statementSchema } from '../schema.ts'
import { duration, text } from '../schema-values.ts'

/** Nobody reads the output of more, and one file would run for minutes. */
const MAX_TESTS = 1000

/** Endpoints as conditions read them in `request.endpoint`. */
const ENDPOINTS = ['native', 'sts', 'token-exchange', 'container', 'cognito'] as const

/** `null` is a claim that the token does not have, such as one of `defaults`. */
const claims = z.record(z.string(), z.unknown())

const instant = z
  .string()
  .check(
    z.regex(
      /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?Z)?$/,
      'write a time in UTC such as 2026-01-31T12:00:00Z, in quotes',
    ),
  )

const requestSchema = z.strictObject({
  tenant: z.optional(text),
  grant: z.optional(text),
  endpoint: z.optional(z.enum(ENDPOINTS)),
  ip: z.optional(text),
  duration: z.optional(duration),
  statements: z.optional(z.array(text)),
  policy: z.optional(z.array(statementSchema).check(z.minLength(1))),
})

const poolId = z
  .string()
  .check(z.regex(new RegExp(`^${POOL_ID_PATTERN}$`), 'write the id of an identity pool'))
const identityId = z
  .string()
  .check(z.regex(new RegExp(`^${IDENTITY_ID_PATTERN}$`), 'write a Region, a colon and a UUID'))

const poolCallerSchema = z.strictObject({
  id: z.optional(poolId),
  provider: z.optional(text),
  identity: z.optional(identityId),
  claimedGuest: z.optional(identityId),
})

const contextValue = z.union([z.string(), z.array(z.string())], 'write a string, or a list')

const awsRequestSchema = z.strictObject({
  action: text,
  resource: text,
  context: z.optional(z.record(z.string(), contextValue)),
})

const AWS_REQUEST_HINT =
  'write a text such as s3:GetObject arn:aws:s3:::bucket/key, or action, resource and context'

/** `ACTION RESOURCE`, or a mapping where the request has condition keys. */
const awsRequest = z.union(
  [z.string().check(z.regex(/^\S+ \S.*$/s, AWS_REQUEST_HINT)), awsRequestSchema],
  AWS_REQUEST_HINT,
)
const awsRequests = z.array(awsRequest).check(z.minLength(1))

const expectationSchema = z.strictObject({
  grant: z.optional(text),
  rule: z.optional(text),
  refusal: z.optional(z.enum(REFUSAL_CODES)),
  role: z.optional(text),
  policy: z.optional(z.array(statementSchema)),
  tags: z.optional(z.record(z.string(), z.string())),
  sessionName: z.optional(text),
  sourceIdentity: z.optional(text),
  duration: z.optional(duration),
  can: z.optional(awsRequests),
  cannot: z.optional(awsRequests),
})

/** What tests have in common with `defaults`. */
const situation = {
  claims: z.optional(claims),
  actor: z.optional(claims),
  request: z.optional(requestSchema),
  pool: z.optional(poolCallerSchema),
  now: z.optional(instant),
}

const defaultsSchema = z.strictObject(situation)

const ruleTestSchema = z.strictObject({
  name: text,
  ...situation,
  token: z.optional(text),
  expect: expectationSchema,
})

export const ruleTestsSchema = z.strictObject({
  $schema: z.optional(z.string()),
  documents: z.optional(z.array(text).check(z.minLength(1))),
  defaults: z.optional(defaultsSchema),
  tests: z.array(ruleTestSchema).check(z.minLength(1), z.maxLength(MAX_TESTS)),
})

export type RuleTest = z.infer<typeof ruleTestSchema>
export type RuleTestRequest = z.infer<typeof requestSchema>
export type RuleTestExpectation = z.infer<typeof expectationSchema>
export type AwsRequestDocument = z.infer<typeof awsRequest>

/** The JSON Schema (draft 2020-12) for editors, generated from the same definition. */
export function ruleTestsJsonSchema(): string {
  const schema = z.toJSONSchema(ruleTestsSchema, { target: 'draft-2020-12', io: 'input' })
  return `${JSON.stringify({ title: 'Rule tests of the token broker', ...schema }, null, 2)}\n`
}
