/**
 * Why STS may have refused a session, for the operator: STS has one sentence for most causes. The
 * broker loads this file lazily (bundle.ts), with the first refusal of STS.
 *
 * @see IAM User Guide, "Troubleshoot OIDC federation"; STS API Reference,
 *   `AssumeRoleWithWebIdentity`, "Errors"
 */
import type { AssumeRoleInput } from '@token-broker/core'
import { type Presented, readPresented } from './presented-identity.ts'

export interface RefusedCall {
  readonly input: AssumeRoleInput
  /** Of the error of STS. */
  readonly code: string
  /** The code and the message. */
  readonly text: string
  readonly region: string
  /** Whether AWS serves the endpoint, and not another STS. */
  readonly isAws: boolean
  /** URL of the broker, as `iss` of minted tokens has it. */
  readonly brokerIssuer: string
}

type Context = RefusedCall & { readonly presented: Presented }

interface KnownError {
  readonly code: RegExp
  /** Absent: any message of this code. */
  readonly text?: RegExp
  readonly causes: (context: Context) => readonly string[]
}

/** The first that matches decides. Those with a `text` have one cause, because STS names it. */
const KNOWN: readonly KnownError[] = [
  {
    code: /AccessDenied/,
    text: /sts:TagSession/i,
    causes: (call) => [...tagCause(call), compare(call)],
  },
  {
    code: /AccessDenied/,
    text: /sts:SetSourceIdentity/i,
    causes: (call) => [...sourceIdentityCause(call), compare(call)],
  },
  { code: /AccessDenied/, causes: trustCauses },
  {
    code: /InvalidIdentityToken/,
    text: /No OpenIDConnect provider found/i,
    causes: (call) => [
      `Account ${accountOf(call)} has no IAM OpenID Connect provider for the issuer: create it ` +
        `with aws iam create-open-id-connect-provider --url ${word(call.presented.issuer)} ` +
        `--client-id-list ${word(call.presented.audience)}`,
    ],
  },
  {
    code: /InvalidIdentityToken/,
    text: /Incorrect token audience/i,
    causes: (call) => [
      `${audienceCause(call)}: add it with aws iam add-client-id-to-open-id-connect-provider ` +
        `--open-id-connect-provider-arn ${word(providerArn(call))} ` +
        `--client-id ${word(call.presented.audience)}`,
    ],
  },
  {
    code: /InvalidIdentityToken/,
    text: /thumbprint/i,
    causes: (call) => [
      `The certificate of ${call.presented.issuer} changed, and its provider in IAM has another ` +
        'thumbprint: change it with aws iam update-open-id-connect-provider-thumbprint ' +
        `--open-id-connect-provider-arn ${word(providerArn(call))} --thumbprint-list THUMBPRINT`,
    ],
  },
  {
    code: /InvalidIdentityToken/,
    text: /Couldn.t retrieve verification key/i,
    causes: keyCauses,
  },
  { code: /IDPCommunicationError/, causes: keyCauses },
  {
    code: /ExpiredToken/,
    causes: ({ presented: { isMinted } }) => [
      isMinted
        ? 'The clock of the broker is wrong: a minted token is valid for 5 min. of its time'
        : 'The token expired on the way to STS: the caller gets a new one from its issuer',
    ],
  },
  {
    code: /InvalidIdentityToken/,
    causes: (call) => [...keyCauses(call), audienceCause(call)],
  },
  {
    code: /IDPRejectedClaim/,
    causes: ({ presented: { issuer } }) => [
      `${issuer} revoked the token, or did not confirm that it is valid`,
    ],
  },
  {
    code: /ValidationError/,
    text: /MaxSessionDuration/i,
    causes: ({ input: { roleArn, durationSeconds } }) => [
      `The maximum of the role itself is less than ${durationSeconds} s: set maxDuration of the ` +
        `grant to it, or run aws iam update-role --role-name ${word(nameOf(roleArn))} ` +
        `--max-session-duration ${durationSeconds}`,
    ],
  },
  { code: /ValidationError/, causes: parameterCauses },
  {
    code: /MalformedPolicyDocument/,
    causes: () => [
      'IAM does not accept a statement of the session policy, as the reason says: run ' +
        'token-broker validate, and see the policy in token-broker explain',
    ],
  },
  { code: /PackedPolicyTooLarge/, text: /session tags/i, causes: (call) => [tagSizeCause(call)] },
  {
    code: /PackedPolicyTooLarge/,
    causes: (call) => [
      `The session policy of ${call.input.sessionPolicyJson.length} characters and ` +
        `${call.input.managedPolicyArns.length} managed policies are too large in their packed ` +
        'form: use fewer statements, or wildcards in place of lists',
      ...(call.presented.tagKeys.length > 0 ? [tagSizeCause(call)] : []),
    ],
  },
  {
    code: /RegionDisabled/,
    causes: (call) => [
      `Account ${accountOf(call)} has not activated STS in ${call.region}: activate it in the ` +
        'account settings of IAM, or set BROKER_STS_ENDPOINT to that of another Region',
    ],
  },
]

/**
 * @returns the likeliest cause first, only one where STS names it, and last how to find out which
 *   it is; undefined: nothing is known about this error
 */
export function likelyCauses(call: RefusedCall): readonly string[] | undefined {
  const presented = readPresented(call.input.webIdentityToken, call.brokerIssuer)
  const known = KNOWN.find(
    ({ code, text }) => code.test(call.code) && (text === undefined || text.test(call.text)),
  )
  return known?.causes({ ...call, presented })
}

/** STS has the same sentence for each. */
function trustCauses(call: Context): readonly string[] {
  const { input, presented } = call
  const { issuer, audience, subject, isMinted } = presented
  const host = hostOf(issuer)
  return [
    `The trust policy of ${input.roleArn} does not trust the token: it needs Principal Federated ` +
      `${providerArn(call)}, and conditions on ${host}:aud and ${host}:sub that ${audience} and ` +
      `${subject} satisfy`,
    ...(isMinted ? [] : ['STS reads azp of a token that has one, and not aud, as its audience']),
    ...tagCause(call),
    ...sourceIdentityCause(call),
    `There is no role ${input.roleArn}: STS does not say so`,
    'A Deny of the trust policy, or a resource control policy of the organization, applies',
    compare(call),
  ]
}

function tagCause({ presented: { tagKeys } }: Context): readonly string[] {
  if (tagKeys.length === 0) return []
  return [
    'The trust policy does not allow sts:TagSession to this provider with the session tags ' +
      `${tagKeys.join(', ')}, or its condition on aws:RequestTag or aws:TagKeys does not pass`,
  ]
}

function sourceIdentityCause({ presented }: Context): readonly string[] {
  if (!presented.hasSourceIdentity) return []
  return ['The trust policy does not allow sts:SetSourceIdentity to this provider']
}

function audienceCause(call: Context): string {
  const { issuer, audience } = call.presented
  return `The provider of ${issuer} in account ${accountOf(call)} lacks the audience ${audience}`
}

/** AWS fetches them itself, from the Internet. */
function keyCauses({ presented: { issuer, keyId, isMinted } }: Context): readonly string[] {
  const discovery = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
  return [
    `AWS cannot fetch ${discovery} or the jwks_uri in it: both must be public, by https with a ` +
      'certificate of a public authority, without a redirect',
    `The published keys do not contain ${keyId === undefined ? 'the key' : `the key ${keyId}`}` +
      (isMinted ? ': a new signing key must be published before it signs' : ''),
    'The discovery document lacks a member that AWS requires: issuer, jwks_uri, ' +
      'response_types_supported, subject_types_supported, id_token_signing_alg_values_supported',
  ]
}

function parameterCauses(call: Context): readonly string[] {
  const { roleArn, managedPolicyArns } = call.input
  return [
    `${roleArn} is not the ARN of a role in the partition of this STS`,
    ...(managedPolicyArns.length > 0
      ? [`A managed policy is neither one of AWS nor one of account ${accountOf(call)}`]
      : []),
    'A session tag has a character or a length that AWS does not accept',
  ]
}

function tagSizeCause({ presented: { tagKeys } }: Context): string {
  const names = tagKeys.join(', ') || 'none'
  return `The session tags (${names}) are too large in their packed form: use fewer or shorter ones`
}

/** The command that decides between the causes. */
function compare({ input, isAws, brokerIssuer, presented: { tenant } }: Context): string {
  const role = `${isAws ? '--check-role' : '--role'} ${word(input.roleArn)}`
  const options = `--issuer ${word(brokerIssuer)} ${role}`
  if (!isAws) return `What the role needs: token-broker trust-policy TENANTS ${options}`
  const ofTable =
    tenant === undefined
      ? ''
      : ` (of a table: token-broker tenant get ${tenant} > ${tenant}.yaml, and this file)`
  return `Compare: token-broker trust-policy stacks/tenants ${options}${ofTable}`
}

function providerArn({ input: { roleArn }, presented: { issuer } }: Context): string {
  const [arn, partition, , , account] = roleArn.split(':')
  return `${arn}:${partition}:iam::${account}:oidc-provider/${hostOf(issuer)}`
}

function hostOf(issuer: string): string {
  return issuer.replace(/^https?:\/\//, '')
}

function accountOf({ input: { roleArn } }: Context): string {
  return roleArn.split(':')[4] ?? ''
}

function nameOf(roleArn: string): string {
  return roleArn.slice(roleArn.lastIndexOf('/') + 1)
}

/** One word of a shell, so that a command is safe to paste whatever a token says. */
function word(text: string): string {
  return /^[\w.:/@=+,-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
}
