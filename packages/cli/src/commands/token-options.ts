/** Options of the commands that read documents and decide about a token. */
import { ACTOR_OPTIONS, POOL_CALLER_OPTIONS } from './caller-options.ts'

/** `--boundaries`, for the commands that check documents as a stage does. */
export const BOUNDARIES_OPTION = {
  boundaries: {
    value: 'ARNS',
    summary:
      'policies that the stage accepts as permissions boundaries, separated by commas ' +
      "(default: all of the role's account, and none of AWS)",
    group: 'Document options',
  },
} as const

/** The options of the commands that decide about a token. */
export const TOKEN_OPTIONS = {
  tenants: {
    value: 'DIR',
    summary: 'tenant documents: a directory, or one file (required, unless there is --table)',
    group: 'Request options',
    completes: 'file',
  },
  table: {
    value: 'NAME',
    summary:
      'in place of --tenants, the DynamoDB table of the broker, read with your AWS credentials',
    group: 'Request options',
  },
  'table-endpoint': {
    value: 'URL',
    summary: 'the URL of another DynamoDB',
    group: 'Request options',
  },
  token: {
    value: 'FILE',
    summary: 'file with the subject token (default: standard input)',
    group: 'Request options',
    completes: 'file',
  },
  claims: {
    value: 'FILE|JSON',
    summary:
      'in place of a token, its claims, whose signature counts as valid: a file, or JSON. ' +
      'iss, aud, iat and exp have defaults',
    group: 'Request options',
    completes: 'file',
  },
  'token-type': {
    value: 'TYPE',
    choices: ['saml2'],
    summary:
      'saml2: the token is a SAML 2.0 response in base64 (default: a JWT or an opaque token)',
    group: 'Request options',
  },
  tenant: {
    value: 'NAME',
    summary: 'the tenant that the caller requests',
    group: 'Request options',
  },
  issuer: {
    value: 'NAME',
    summary: 'the issuer that the caller names, for a token that is not a JWT',
    group: 'Request options',
  },
  ...ACTOR_OPTIONS,
  grant: {
    value: 'NAME',
    summary: 'the grant that the caller requests',
    group: 'Request options',
  },
  duration: {
    value: 'TIME',
    summary: 'the lifetime that the caller requests, such as 15m, 1h or 900s',
    group: 'Request options',
  },
  statements: {
    value: 'SIDS',
    summary: 'the statements that the caller requests, with commas between them',
    group: 'Request options',
  },
  policy: {
    value: 'FILE|JSON',
    summary: 'the session policy that the caller requests: a file, or JSON',
    group: 'Request options',
    completes: 'file',
  },
  endpoint: {
    value: 'NAME',
    choices: ['native', 'sts', 'container', 'token-exchange', 'cognito'],
    summary: 'the endpoint, for request.endpoint in conditions (default: native, or cognito)',
    group: 'Request options',
  },
  ip: {
    value: 'ADDRESS',
    summary: "the caller's address, for request.ip in conditions (default: 127.0.0.1)",
    group: 'Request options',
  },
  ...POOL_CALLER_OPTIONS,
  now: {
    value: 'TIME',
    summary: 'decide as at this time, such as 2026-01-31T12:00:00Z (default: the current time)',
    group: 'Verification options',
  },
  'allow-loopback-http': {
    summary: 'allow keys to be fetched from this machine, also over http',
    group: 'Verification options',
  },
  'private-issuer-hosts': {
    value: 'HOSTS',
    summary: 'comma-separated hosts of issuers in private networks, as the broker has them',
    group: 'Verification options',
  },
  ...BOUNDARIES_OPTION,
} as const
