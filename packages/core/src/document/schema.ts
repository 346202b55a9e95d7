/** The shape of a tenant document: one definition for parsing and for the editors' JSON Schema. */
import * as z from 'zod/mini'
import { COORDINATE_BYTES, MAX_ISSUER_KEYS } from '../model/jwk.ts'
import { ATTRIBUTE_NAME_PATTERN, TENANT_ID_PATTERN } from '../model/names.ts'
import { SIGNATURE_ALGORITHMS } from '../model/signature-algorithms.ts'
import { MAX_MANAGED_POLICIES, MAX_POLICY_CHARACTERS } from '../model/sts-limits.ts'
import { limitsSchema } from './compile-limits.ts'
import { OPAQUE_VERIFICATIONS, secretName } from './issuers/opaque-verification.ts'
import { PRESETS } from './issuers/presets/all-presets.ts'
import { samlVerification } from './issuers/saml-verification.ts'
import { MAX_POOLS, poolSchema } from './pools/pool-schema.ts'
import { duration, grantName, issuerName, releasedAudience, text } from './schema-values.ts'

const whole = (pattern: string) => new RegExp(`^${pattern}$`)

// The text after a pattern is the hint of its error: it says what to write.
const attributeName = z
  .string()
  .check(
    z.regex(
      whole(ATTRIBUTE_NAME_PATTERN),
      'write at most 64 letters, digits and _, beginning with a letter',
    ),
  )
/** STS limits the whole policy, and so each part of it. */
const policyText = z.string().check(z.maxLength(MAX_POLICY_CHARACTERS))
const scalar = z.union([policyText, z.number(), z.boolean()])
const strings = z.union([policyText, z.array(policyText).check(z.minLength(1))])

/** Ten certificates with large keys. */
const MAX_CA_CHARACTERS = 32_768

const key = z.strictObject({
  kty: z.enum(['RSA', 'EC', 'OKP']),
  kid: z.optional(z.string()),
  alg: z.optional(z.enum(SIGNATURE_ALGORITHMS)),
  use: z.optional(z.enum(['sig', 'jwt-svid'])),
  key_ops: z.optional(z.array(z.string())),
  n: z.optional(z.string()),
  e: z.optional(z.string()),
  crv: z.optional(z.enum(Object.values(COORDINATE_BYTES).flatMap(Object.keys))),
  x: z.optional(z.string()),
  y: z.optional(z.string()),
  x5c: z.optional(z.array(z.string())),
})

/** Where keys are that discovery does not find. */
const keyLocation = {
  jwksUri: z.optional(text),
  keys: z.optional(z.array(key).check(z.minLength(1), z.maxLength(MAX_ISSUER_KEYS))),
}

const jwtVerification = z.strictObject({ kind: z.literal('jwt'), ...keyLocation })

const presetKinds = (isSelfHosted: boolean) =>
  z.enum(PRESETS.filter((one) => 'selfHosted' in one === isSelfHosted).map(({ kind }) => kind))
const hostedPreset = z.strictObject({ kind: presetKinds(false) })
const selfHostedPreset = z.strictObject({ kind: presetKinds(true), ...keyLocation })

/** The ways to verify tokens, by `kind`. */
const VERIFICATIONS = [
  jwtVerification,
  ...OPAQUE_VERIFICATIONS,
  samlVerification,
  hostedPreset,
  selfHostedPreset,
] as const

export const VERIFICATION_KINDS = VERIFICATIONS.flatMap(({ shape: { kind } }): string[] =>
  'values' in kind.def ? kind.def.values : Object.values(kind.def.entries),
)

export const issuerSchema = z.strictObject({
  issuer: z.optional(issuerName),
  verify: z.optional(z.discriminatedUnion('kind', [...VERIFICATIONS])),
  ca: z.optional(z.string().check(z.minLength(1), z.maxLength(MAX_CA_CHARACTERS))),
  clientCertificate: z.optional(secretName),
  subject: z.optional(text),
  audiences: z.array(text).check(z.minLength(1)),
  audienceClaim: z.optional(z.enum(['aud', 'client_id'])),
  audienceFallback: z.optional(z.literal('client_id')),
  authorizedParties: z.optional(
    z.union([z.literal('any'), z.array(text)], 'write a list of parties, or: any'),
  ),
  authorizedPartyClaim: z.optional(z.enum(['azp', 'client_id', 'cid', 'appid'])),
  algorithms: z.optional(z.array(z.enum(SIGNATURE_ALGORITHMS)).check(z.minLength(1))),
  types: z.optional(
    z.array(z.string().check(z.regex(/^[A-Za-z0-9.+_-]{1,64}$/, 'write a type such as at+jwt'))),
  ),
  proofOfPossession: z.optional(z.enum(['required', 'optional'])),
  delegatedTokens: z.optional(z.enum(['refuse', 'accept'])),
  maxTokenAge: z.optional(duration),
  clockTolerance: z.optional(duration),
  member: z.optional(text),
  prefetch: z.optional(z.boolean()),
})

export const attributeSchema = z.strictObject({
  from: text,
  pattern: z.optional(text),
  issuer: z.optional(text),
  acrossIssuers: z.optional(z.boolean()),
})

export const ruleSchema = z.strictObject({
  name: text,
  when: z.optional(text),
  grant: z.optional(text),
  grants: z.optional(z.array(text).check(z.minLength(2), z.maxLength(2))),
  deny: z.optional(z.boolean()),
})

export const statementSchema = z.strictObject({
  Sid: z.optional(z.string()),
  Effect: z.enum(['Allow', 'Deny']),
  shared: z.optional(z.boolean()),
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
  reuse: z.optional(duration),
  webIdentity: z.optional(z.enum(['minted', 'pass-through'])),
  releasedAudience: z.optional(releasedAudience),
  sessionName: z.optional(z.string().check(z.maxLength(MAX_POLICY_CHARACTERS))),
  sessionTags: z.optional(z.record(z.string(), policyText)),
  transitiveTagKeys: z.optional(z.array(z.string())),
  sourceIdentity: z.optional(text),
  policy: z.optional(z.array(statementSchema)),
  managedPolicies: z.optional(z.array(text).check(z.maxLength(MAX_MANAGED_POLICIES))),
})

export const tenantSchema = z.strictObject({
  $schema: z.optional(z.string()),
  tenant: z
    .string()
    .check(
      z.regex(
        whole(TENANT_ID_PATTERN),
        'write at most 63 lower-case letters, digits and -, not beginning with -',
      ),
    ),
  // Guests of an identity pool need neither; `checkReachable` requires them of other documents.
  issuers: z.array(issuerSchema),
  attributes: z.optional(z.record(attributeName, attributeSchema)),
  rules: z.array(ruleSchema),
  grants: z.record(grantName, grantSchema),
  identityPools: z.optional(z.array(poolSchema).check(z.maxLength(MAX_POOLS))),
  allowedOrigins: z.optional(z.array(text)),
  recordInputs: z.optional(z.literal('used-claims')),
  limits: z.optional(limitsSchema),
})

export type TenantDocument = z.infer<typeof tenantSchema>
export type IssuerDocument = z.infer<typeof issuerSchema>
type Verification = NonNullable<IssuerDocument['verify']>
type JwtVerification = z.infer<typeof jwtVerification>
export type PresetVerification = z.infer<typeof hostedPreset> | z.infer<typeof selfHostedPreset>
type SamlVerification = z.infer<typeof samlVerification>
type OpaqueVerification = Exclude<
  Verification,
  JwtVerification | SamlVerification | PresetVerification
>
type NamedIssuer = Omit<IssuerDocument, 'issuer' | 'verify'> & { readonly issuer: string }
export type JwtIssuerDocument = NamedIssuer & { readonly verify?: JwtVerification | undefined }
export type SamlIssuerDocument = NamedIssuer & { readonly verify: SamlVerification }
export type OpaqueIssuerDocument = NamedIssuer & { readonly verify: OpaqueVerification }
/** An issuer that has a name, without a preset. */
export type NamedIssuerDocument = JwtIssuerDocument | OpaqueIssuerDocument | SamlIssuerDocument
export type KeyDocument = z.infer<typeof key>
export type RuleDocument = z.infer<typeof ruleSchema>
export type GrantDocument = z.infer<typeof grantSchema>
export type StatementDocument = z.infer<typeof statementSchema>
