/** The shape of a tenant document: the one definition that parsing and the JSON Schema for editors share. */
import * as z from 'zod/mini'
import { GRANT_NAME_PATTERN, TENANT_ID_PATTERN } from '../model/names.ts'
import { MAX_MANAGED_POLICIES, MAX_POLICY_CHARACTERS } from '../model/sts-limits.ts'
import { DURATION } from './durations.ts'

const wholeText = (pattern: string) => new RegExp(`^${pattern}$`)

const text = z.string().check(z.minLength(1), z.maxLength(MAX_POLICY_CHARACTERS))
const grantName = z
  .string()
  .check(
    z.regex(
      wholeText(GRANT_NAME_PATTERN),
      'must be letters, digits, _ and -, a letter first, at most 64',
    ),
  )
const attributeName = z
  .string()
  .check(
    z.regex(
      /^[A-Za-z][A-Za-z0-9_]{0,63}$/,
      'must be letters, digits and _, a letter first, at most 64',
    ),
  )
const duration = z.string().check(z.regex(DURATION, 'must be a duration such as 15m, 1h or 1h30m'))
/** No part of a policy can be longer than STS lets the whole be. */
const policyText = z.string().check(z.maxLength(MAX_POLICY_CHARACTERS))
const scalar = z.union([policyText, z.number(), z.boolean()])
const strings = z.union([policyText, z.array(policyText).check(z.minLength(1))])

const ALGORITHMS = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA'],
] as const

const key = z.strictObject({
  kty: z.enum(['RSA', 'EC', 'OKP']),
  kid: z.optional(z.string()),
  alg: z.optional(z.enum(ALGORITHMS)),
  use: z.optional(z.literal('sig')),
  key_ops: z.optional(z.array(z.string())),
  n: z.optional(z.string()),
  e: z.optional(z.string()),
  crv: z.optional(z.enum(['P-256', 'P-384', 'P-521', 'Ed25519'])),
  x: z.optional(z.string()),
  y: z.optional(z.string()),
  x5c: z.optional(z.array(z.string())),
})

const verify = z.strictObject({
  kind: z.literal('jwt'),
  jwksUri: z.optional(text),
  keys: z.optional(z.array(key).check(z.minLength(1), z.maxLength(100))),
})

export const issuerSchema = z.strictObject({
  issuer: text,
  verify: z.optional(verify),
  audiences: z.array(text).check(z.minLength(1)),
  authorizedParties: z.optional(z.array(text)),
  algorithms: z.optional(z.array(z.enum(ALGORITHMS)).check(z.minLength(1))),
  types: z.optional(
    z.array(z.string().check(z.regex(/^[A-Za-z0-9.+_-]{1,64}$/, 'must be a type such as at+jwt'))),
  ),
  maxTokenAge: z.optional(duration),
  clockTolerance: z.optional(duration),
  member: z.optional(text),
  prefetch: z.optional(z.boolean()),
})

export const attributeSchema = z.strictObject({ from: text, pattern: z.optional(text) })

export const ruleSchema = z.strictObject({ name: text, when: z.optional(text), grant: text })

const statement = z.strictObject({
  Sid: z.optional(z.string()),
  Effect: z.enum(['Allow', 'Deny']),
  Action: z.optional(strings),
  NotAction: z.optional(strings),
  Resource: z.optional(strings),
  NotResource: z.optional(strings),
  Condition: z.optional(
    z.record(
      z.string(),
      z.record(z.string(), z.union([scalar, z.array(scalar).check(z.minLength(1))])),
    ),
  ),
})

export const grantSchema = z.strictObject({
  role: text,
  createRole: z.optional(z.boolean()),
  permissionsBoundary: z.optional(text),
  duration: z.optional(duration),
  maxDuration: z.optional(duration),
  webIdentity: z.optional(z.enum(['minted', 'pass-through'])),
  releasedAudience: z.optional(
    z
      .string()
      .check(z.regex(/^[\w.:/-]{1,255}$/, 'must be letters, digits and _.:/-, at most 255')),
  ),
  sessionName: z.optional(z.string().check(z.maxLength(MAX_POLICY_CHARACTERS))),
  sessionTags: z.optional(z.record(z.string(), policyText)),
  transitiveTagKeys: z.optional(z.array(z.string())),
  sourceIdentity: z.optional(text),
  policy: z.optional(z.array(statement)),
  managedPolicies: z.optional(z.array(text).check(z.maxLength(MAX_MANAGED_POLICIES))),
})

export const tenantSchema = z.strictObject({
  $schema: z.optional(z.string()),
  tenant: z
    .string()
    .check(
      z.regex(wholeText(TENANT_ID_PATTERN), 'must be lower-case letters, digits and -, at most 63'),
    ),
  issuers: z.array(issuerSchema).check(z.minLength(1)),
  attributes: z.optional(z.record(attributeName, attributeSchema)),
  rules: z.array(ruleSchema).check(z.minLength(1)),
  grants: z.record(grantName, grantSchema),
  allowedOrigins: z.optional(z.array(text)),
})

export type IssuerDocument = z.infer<typeof issuerSchema>
export type KeyDocument = z.infer<typeof key>
export type GrantDocument = z.infer<typeof grantSchema>
export type StatementDocument = z.infer<typeof statement>

/** The JSON Schema (2020-12) for editors, made of the same definition. */
export function tenantJsonSchema(): string {
  const schema = z.toJSONSchema(tenantSchema, { target: 'draft-2020-12', io: 'input' })
  return `${JSON.stringify({ title: 'Tenant of the token broker', ...schema }, null, 2)}\n`
}
