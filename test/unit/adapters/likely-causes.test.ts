/** What the operator reads where STS refuses: its likeliest causes, and one where STS names it. */
import type { AssumeRoleInput, WebIdentityToken } from '@token-broker/core'
import { describe, expect, it } from 'vitest'
import { likelyCauses } from '../../../packages/functions/src/adapters/sts/likely-causes.ts'

const BROKER = 'https://broker.example/v2'
const ROLE = 'arn:aws:iam::111122223333:role/apps/acme-app'
const PROVIDER = 'arn:aws:iam::111122223333:oidc-provider/broker.example/v2'
const COMPARE =
  `Compare: token-broker trust-policy stacks/tenants --issuer ${BROKER} --check-role ${ROLE} ` +
  '(of a table: token-broker tenant get acme > acme.yaml, and this file)'
const MINTED = {
  ...{ iss: BROKER, aud: 'sts.amazonaws.com', sub: `acme/reports/${'x'.repeat(43)}` },
  'https://aws.amazon.com/tags': { principal_tags: { tenant: ['acme'], team: ['red'] } },
  'https://aws.amazon.com/source_identity': 'alice',
}
const PASSED = { iss: 'https://id.example', aud: ['web', 'other'], azp: 'mobile', sub: 'alice' }

function causesOf(
  [code, message]: readonly [string, string],
  claims: object = MINTED,
  more: Partial<AssumeRoleInput> & { isAws?: boolean } = {},
): readonly string[] | undefined {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const { isAws = true, ...input } = more
  return likelyCauses({
    input: {
      roleArn: ROLE,
      roleSessionName: 'alice',
      durationSeconds: 7200,
      sessionPolicyJson: '{}',
      managedPolicyArns: [],
      webIdentityToken: `${part({ kid: 'key-1' })}.${part(claims)}.c2ln` as WebIdentityToken,
      ...input,
    },
    ...{ code, text: `${code}: ${message}`, region: 'eu-west-1', isAws, brokerIssuer: BROKER },
  })
}

const DENIED = ['AccessDenied', 'Not authorized to perform sts:AssumeRoleWithWebIdentity'] as const

describe('the one sentence of STS', () => {
  it('for a minted token lists what the trust policy needs, first what is likeliest', () => {
    expect(causesOf(DENIED)).toEqual([
      `The trust policy of ${ROLE} does not trust the token: it needs Principal Federated ` +
        `${PROVIDER}, and conditions on broker.example/v2:aud and broker.example/v2:sub that ` +
        'sts.amazonaws.com and acme/reports/* satisfy',
      'The trust policy does not allow sts:TagSession to this provider with the session tags ' +
        'tenant, team, or its condition on aws:RequestTag or aws:TagKeys does not pass',
      'The trust policy does not allow sts:SetSourceIdentity to this provider',
      `There is no role ${ROLE}: STS does not say so`,
      'A Deny of the trust policy, or a resource control policy of the organization, applies',
      COMPARE,
    ])
  })

  it('leaves out what the token does not have', () => {
    const { iss, aud, sub } = MINTED
    expect(causesOf(DENIED, { iss, aud, sub })?.join()).not.toMatch(/TagSession|SetSourceIdentity/)
  })

  it('for a passed-through token names azp, which STS reads as the audience', () => {
    const causes = causesOf(DENIED, PASSED)
    expect(causes?.[0]).toContain('oidc-provider/id.example, and conditions on id.example:aud')
    expect(causes?.[0]).toContain('that mobile and alice satisfy')
    expect(causes?.[1]).toMatch(/^STS reads azp/)
    expect(causes?.at(-1)).toBe(
      `Compare: token-broker trust-policy stacks/tenants --issuer ${BROKER} --check-role ${ROLE}`,
    )
  })

  it('at another STS ends with a command that does not call IAM', () => {
    expect(causesOf(DENIED, MINTED, { isAws: false })?.at(-1)).toBe(
      `What the role needs: token-broker trust-policy TENANTS --issuer ${BROKER} --role ${ROLE}`,
    )
  })
})

describe('a message that means one thing has one cause', () => {
  it.each<[readonly [string, string], string, string?]>([
    [['AccessDenied', 'Not authorized to perform sts:TagSession'], 'sts:TagSession', COMPARE],
    [['AccessDenied', 'not authorized: sts:SetSourceIdentity'], 'sts:SetSourceIdentity', COMPARE],
    [
      ['InvalidIdentityTokenException', `No OpenIDConnect provider found in your account for x`],
      `create-open-id-connect-provider --url ${BROKER} --client-id-list sts.amazonaws.com`,
    ],
    [
      ['InvalidIdentityToken', 'Incorrect token audience'],
      'lacks the audience sts.amazonaws.com: add it with aws iam ' +
        `add-client-id-to-open-id-connect-provider --open-id-connect-provider-arn ${PROVIDER}`,
    ],
    [
      [
        'InvalidIdentityToken',
        "OpenIDConnect provider's HTTPS certificate doesn't match configured thumbprint",
      ],
      'has another thumbprint',
    ],
    [
      ['ExpiredTokenException', 'Token expired: current date/time 1 must be'],
      'clock of the broker',
    ],
    [['IDPRejectedClaim', ''], `${BROKER} revoked the token`],
    [
      [
        'ValidationError',
        'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
      ],
      'less than 7200 s: set maxDuration of the grant to it, or run aws iam update-role ' +
        '--role-name acme-app --max-session-duration 7200',
    ],
    [['MalformedPolicyDocument', 'Syntax errors in policy.'], 'token-broker validate'],
    [
      ['PackedPolicyTooLarge', 'Packed size of session tags consumes 138% of allotted space.'],
      'The session tags (tenant, team) are too large in their packed form',
    ],
    [
      ['RegionDisabledException', 'STS is not activated in this region for account:111122223333.'],
      'Account 111122223333 has not activated STS in eu-west-1',
    ],
  ])('%j', (error, cause, command) => {
    expect(causesOf(error)).toEqual([
      expect.stringContaining(cause),
      ...(command === undefined ? [] : [command]),
    ])
  })
})

describe('other messages', () => {
  it.each([
    ['InvalidIdentityToken', "Couldn't retrieve verification key from your identity provider"],
    ['IDPCommunicationError', 'unreachable'],
  ] as const)('%s: the keys of the broker', (...error) => {
    expect(causesOf(error)).toEqual([
      expect.stringContaining(`cannot fetch ${BROKER}/.well-known/openid-configuration`),
      'The published keys do not contain the key key-1: a new signing key must be published ' +
        'before it signs',
      expect.stringContaining('response_types_supported'),
    ])
  })

  it('of a token that STS does not accept: the keys, then the audience', () => {
    expect(causesOf(['InvalidIdentityToken', 'other words'])).toHaveLength(4)
  })

  it('of parameters, and of what is too large', () => {
    const managedPolicyArns = ['arn:aws:iam::aws:policy/A']
    expect(causesOf(['ValidationError', 'Request ARN is invalid'], MINTED)).toHaveLength(2)
    expect(causesOf(['ValidationError', 'x'], MINTED, { managedPolicyArns })).toHaveLength(3)
    expect(causesOf(['PackedPolicyTooLarge', 'Packed policy consumes 108%'])).toEqual([
      expect.stringContaining('policy of 2 characters and 0 managed policies are too large'),
      expect.stringContaining('The session tags (tenant, team)'),
    ])
  })

  it('that are not known have no causes', () => {
    expect(causesOf(['Throttling', 'Rate exceeded'])).toBeUndefined()
    expect(causesOf(['SomethingNew', ''])).toBeUndefined()
  })
})

it('quotes what a token says, so that a command is safe to paste', () => {
  const claims = { ...PASSED, azp: `$(curl evil)'\u001b[2J` }
  const [cause] = causesOf(['InvalidIdentityToken', 'Incorrect token audience'], claims) ?? []
  expect(cause).toContain(String.raw`--client-id '$(curl evil)'\''?[2J'`)
  expect(causesOf(DENIED, { ...PASSED, sub: 'x'.repeat(300) })?.[0]).toContain(
    `${'x'.repeat(256)}… satisfy`,
  )
})

it('explains a token that it cannot read', () => {
  const webIdentityToken = 'no.jwt' as WebIdentityToken
  expect(causesOf(DENIED, {}, { webIdentityToken })?.at(-1)).toMatch(/^Compare: /)
})
