/** Mistakes in the trust policies of roles, and roles that are missing or too short. */
import type { TrustPolicy, TrustStatement } from '@token-broker/core/trust-policy'
import { ASK_OPERATOR, mark } from './marked.ts'
import type { Marks, MistakeBase } from './mistake.ts'
import { SAMPLE_KEY } from './orchard.ts'

export interface TrustMistake extends MistakeBase {
  /** The name of the grant, which is also the end of its role's name. */
  readonly grant: string
  /** Members of the grant. */
  readonly fields?: Readonly<Record<string, unknown>>
  /** Of the trust policy that works; undefined: there is no such role. */
  readonly change: (statement: TrustStatement, provider: string) => TrustStatement | undefined
  /** In seconds. */
  readonly maxSessionDuration?: number
}

const ROLE = 'arn:aws:iam::111122223333:role'
const STS_REFUSED = mark(
  /STS|sts_rejected/,
  /trust|allow/,
  /AccessDenied|ValidationError|refusal/,
  ASK_OPERATOR,
)
const FIX = /add|change|set|correct|compare|trust-policy|replace|create/i

type Change = TrustMistake['change']
type UnnamedMistake = Omit<TrustMistake, 'grant'>

/** @param existing what `trust-policy --check` says; by default the same as the record */
function trustMistake(
  id: string,
  what: string,
  change: Change,
  record: Marks,
  more: Partial<UnnamedMistake> = {},
): UnnamedMistake {
  return {
    id: `trust ${id}`,
    ...{ what, change },
    marks: { validate: record, record, response: STS_REFUSED },
    named: 'issue',
    ...more,
  }
}

/** Adds a condition, or replaces it. */
const condition =
  (operator: string, key: (provider: string) => string, value: string): Change =>
  (statement, provider) => {
    const keys = { ...statement.Condition?.[operator], [key(provider)]: value }
    return { ...statement, Condition: { ...statement.Condition, [operator]: keys } }
  }
const aud = (provider: string) => `${provider}:aud`
const sub = (provider: string) => `${provider}:sub`

const UNNAMED_MISTAKES: readonly UnnamedMistake[] = [
  trustMistake(
    'provider',
    'the role trusts another broker',
    (statement) => ({
      ...statement,
      Principal: { Federated: 'arn:aws:iam::111122223333:oidc-provider/old.broker.example' },
    }),
    mark(/oidc-provider|principal|provider/i, /127\.0\.0\.1/, /old\.broker\.example/, FIX),
  ),
  trustMistake(
    'account',
    'the identity provider in the trust policy is of another account',
    (statement, provider) => ({
      ...statement,
      Principal: { Federated: `arn:aws:iam::444455556666:oidc-provider/${provider}` },
    }),
    mark(/oidc-provider|principal|provider|account/i, /111122223333/, /444455556666/, FIX),
  ),
  trustMistake(
    'audience',
    'the condition names another audience',
    condition('StringEquals', aud, 'sts.amazonaws.com.cn'),
    mark(/:aud\b/, /sts\.amazonaws\.com(?!\.cn)/, /sts\.amazonaws\.com\.cn/, FIX),
  ),
  trustMistake(
    'subject',
    'the condition names the subjects of another grant',
    condition('StringLike', sub, 'trust/visitors/*'),
    mark(/:sub\b/, /trust\/own-\d+\//, /trust\/visitors\/\*/, FIX),
  ),
  trustMistake(
    'exact subject',
    'a pattern of subjects is compared with StringEquals',
    (statement, provider) => {
      const { [sub(provider)]: pattern, ...others } = statement.Condition?.StringLike ?? {}
      const StringEquals = {
        ...statement.Condition?.StringEquals,
        ...(pattern === undefined ? {} : { [sub(provider)]: pattern }),
      }
      return {
        ...statement,
        Condition: { ...statement.Condition, StringLike: others, StringEquals },
      }
    },
    mark(/:sub\b/, /StringLike/, /StringEquals/, FIX),
  ),
  trustMistake(
    'tag session',
    'the role does not allow session tags',
    (statement) => withoutAction(statement, 'sts:TagSession'),
    mark(/sts:TagSession/, /sts:TagSession/, /missing|not allow|no statement|Action|refuses/i, FIX),
  ),
  trustMistake(
    'source identity',
    'the role does not allow a source identity',
    (statement) => withoutAction(statement, 'sts:SetSourceIdentity'),
    mark(
      /sts:SetSourceIdentity/,
      /sts:SetSourceIdentity/,
      /missing|not allow|no statement|Action|refuses/i,
      FIX,
    ),
    { fields: { sourceIdentity: '{{user}}' } },
  ),
  trustMistake(
    'tag value',
    'the condition expects another value of a tag',
    condition('StringEquals', () => 'aws:RequestTag/tenant', 'packers'),
    mark(/aws:RequestTag\/tenant/, /packers/, /"?trust\b/, FIX),
    { named: 'issue, 86' },
  ),
  trustMistake(
    'tag absent',
    'the condition expects a tag that the session does not have',
    condition('StringEquals', () => 'aws:RequestTag/team', 'red'),
    mark(
      /aws:RequestTag\/team/,
      /\bred\b/,
      /absent|missing|no such|without|nothing|not needed/i,
      FIX,
    ),
  ),
  trustMistake(
    'key with scheme',
    'the condition key has the scheme of the URL',
    condition('StringEquals', (provider) => `http://${provider}:aud`, 'sts.amazonaws.com'),
    mark(/:aud\b/, /\d:aud\b/, /http:\/\/\S+:aud/, FIX),
  ),
  trustMistake(
    'action',
    'the role allows another action',
    (statement) => ({ ...statement, Action: 'sts:AssumeRole' }),
    mark(
      /\bAction\b|(?<!perform )sts:AssumeRoleWithWebIdentity/,
      /(?<!perform )sts:AssumeRoleWithWebIdentity/,
      /sts:AssumeRole\b|missing|not allow/,
      FIX,
    ),
  ),
  trustMistake(
    'denied',
    'a Deny applies to the broker',
    (statement) => ({ ...statement, Effect: 'Deny' }),
    mark(/Deny|denies/, /\bAllow\b/, /Deny|denies/, FIX),
  ),
  trustMistake(
    'missing role',
    'the role does not exist',
    () => undefined,
    mark(
      /role\/trust-own-\d+/,
      /exist|create|there is no role/i,
      /not exist|no role|missing|no such/i,
      FIX,
    ),
    {
      elsewhere: { validate: 'trust-policy --check compares a policy that exists' },
      marks: {
        record: mark(
          /role\/trust-own-\d+/,
          /exist|create|there is no role/i,
          /not exist|no role|missing|no such/i,
          FIX,
        ),
        response: STS_REFUSED,
      },
    },
  ),
  trustMistake(
    'max duration',
    'the longest session of the role is shorter than that of the grant',
    (statement) => statement,
    mark(
      /duration/i,
      /7,?200|2 ?h/,
      /3,?600|1 ?h|MaxSessionDuration/,
      /raise|MaxSessionDuration|duration/,
    ),
    {
      fields: { duration: '2h', maxDuration: '2h' },
      maxSessionDuration: 3600,
      elsewhere: { validate: 'the longest session is not part of the trust policy' },
      marks: {
        record: mark(
          /duration/i,
          /7,?200|2 ?h/,
          /3,?600|1 ?h|MaxSessionDuration/,
          /raise|MaxSessionDuration|shorter|maxDuration/,
        ),
        response: STS_REFUSED,
      },
    },
  ),
  trustMistake(
    'passed through',
    'the grant passes tokens through, and the role trusts the broker',
    (_statement, provider) => ({
      Effect: 'Allow',
      Principal: { Federated: `arn:aws:iam::111122223333:oidc-provider/${provider}` },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: { StringEquals: { [`${provider}:aud`]: 'sts.amazonaws.com' } },
    }),
    mark(
      /provider|issuer|principal/i,
      /id\.trust\.example/,
      /127\.0\.0\.1|no provider|No OpenIDConnect/i,
      FIX,
    ),
    { fields: { webIdentity: 'pass-through', sessionTags: undefined } },
  ),
]

/** The names of the grants do not contain a mark. */
export const TRUST_MISTAKES: readonly TrustMistake[] = UNNAMED_MISTAKES.map((mistake, index) => ({
  ...mistake,
  grant: `own-${index}`,
}))

/** The grant whose role is right. */
export const TRUSTED_GRANT = 'right'

const GRANTS: readonly Pick<TrustMistake, 'grant' | 'fields'>[] = [
  { grant: TRUSTED_GRANT },
  ...TRUST_MISTAKES,
]

/** A tenant with one grant and one role for each mistake. */
export const TRUST_DOCUMENT = JSON.stringify({
  tenant: 'trust',
  issuers: [
    {
      issuer: 'https://id.trust.example',
      audiences: ['trust-app'],
      verify: { kind: 'jwt', keys: [SAMPLE_KEY] },
    },
  ],
  attributes: { user: { from: 'claims.sub' } },
  rules: GRANTS.map(({ grant }) => ({ name: grant, grant })),
  grants: Object.fromEntries(
    GRANTS.map(({ grant, fields }) => [
      grant,
      {
        role: roleOf(grant),
        sessionTags: { tenant: 'trust' },
        policy: [
          {
            ...{ Sid: 'Own', Effect: 'Allow', Action: 's3:GetObject' },
            Resource: `arn:aws:s3:::trust-${grant}/{{user}}/*`,
          },
        ],
        ...fields,
      },
    ]),
  ),
})

export function roleOf(grant: string): string {
  return `${ROLE}/trust-${grant}`
}

/** The trust policy with the mistake; undefined: there is no such role. */
export function changeTrust(
  { change }: TrustMistake,
  policy: TrustPolicy,
  provider: string,
): TrustPolicy | undefined {
  const statements = policy.Statement.flatMap((statement) => change(statement, provider) ?? [])
  return statements.length === 0 ? undefined : { ...policy, Statement: statements }
}

function withoutAction(statement: TrustStatement, action: string): TrustStatement | undefined {
  const actions = [statement.Action].flat().filter((one) => one !== action)
  return actions.length === 0 ? undefined : { ...statement, Action: actions }
}
