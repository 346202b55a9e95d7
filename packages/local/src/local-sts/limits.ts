/**
 * The documented limits of AssumeRoleWithWebIdentity, refused with AWS's error codes.
 *
 * Limits and alphabets are copies, not imports from core, on purpose: the local STS checks the
 * broker independently, so that a wrong value in core fails here.
 * @see AWS STS API Reference, "AssumeRoleWithWebIdentity"
 * @see IAM User Guide, "IAM and AWS STS quotas"
 */
import { deflateRawSync } from 'node:zlib'
import { StsRefusal } from './sts-refusal.ts'

export interface StsRequest {
  readonly roleArn: string
  readonly roleSessionName: string
  readonly token: string
  readonly durationSeconds: number
  readonly policy: string | undefined
  readonly policyArns: readonly string[]
}

/** `MaxSessionDuration` of a role. */
export const SHORTEST_ROLE_SESSION_SECONDS = 3600
export const LONGEST_ROLE_SESSION_SECONDS = 43_200

const MAX_POLICY_CHARACTERS = 2048
const DEFAULT_DURATION_SECONDS = 3600
/** Compressed bytes that count as 100%. Our own choice: AWS does not publish its limit. */
const PACKED_BYTES = 2048
const POLICY_CHARACTERS = /^[\t\n\r\u0020-\u00ff]*$/
const SESSION_NAME = /^[\w+=,.@-]*$/
const TAG_CHARACTERS = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u

/** @throws {StsRefusal} for a parameter that is missing, malformed or over its limit */
export function readAssumeRoleRequest(form: URLSearchParams): StsRequest {
  const request: StsRequest = {
    roleArn: required(form, 'RoleArn'),
    roleSessionName: required(form, 'RoleSessionName'),
    token: required(form, 'WebIdentityToken'),
    durationSeconds: readDuration(form.get('DurationSeconds') ?? String(DEFAULT_DURATION_SECONDS)),
    policy: form.get('Policy') ?? undefined,
    policyArns: policyArns(form),
  }
  checkLength('roleArn', request.roleArn, 20, 2048)
  checkLength('roleSessionName', request.roleSessionName, 2, 64)
  if (!SESSION_NAME.test(request.roleSessionName))
    throw patternRefusal('roleSessionName', '[\\w+=,.@-]*')
  checkLength('webIdentityToken', request.token, 4, 20_000)
  if (request.policy !== undefined) checkPolicyText(request.policy)
  checkPolicyArns(request)
  checkCharacters(request)
  return request
}

/** @throws {StsRefusal} */
export function checkRoleDuration(durationSeconds: number, maxSeconds: number): void {
  if (durationSeconds > maxSeconds) {
    throw validationError(
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    )
  }
}

/** @throws {StsRefusal} */
export function checkTags(
  tags: Readonly<Record<string, string>>,
  transitiveKeys: readonly string[],
): void {
  const entries = Object.entries(tags)
  if (entries.length > 50)
    throw constraint('tags', 'Member must have length less than or equal to 50')
  for (const [key, value] of entries) {
    checkLength('tags.member.key', key, 1, 128)
    checkLength('tags.member.value', value, 0, 256)
    if (!TAG_CHARACTERS.test(key) || !TAG_CHARACTERS.test(value))
      throw patternRefusal('tags', '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*')
    if (key.toLowerCase().startsWith('aws:'))
      throw validationError('Tag keys that begin with aws: are reserved for system use.')
  }
  if (new Set(entries.map(([key]) => key.toLowerCase())).size !== entries.length) {
    throw validationError(
      'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
    )
  }
  if (transitiveKeys.some((key) => !Object.hasOwn(tags, key)))
    throw validationError('A transitive tag key must also be a session tag.')
}

/** @throws {StsRefusal} */
export function checkSourceIdentity(sourceIdentity: string): void {
  checkLength('sourceIdentity', sourceIdentity, 2, 64)
  if (!SESSION_NAME.test(sourceIdentity)) throw patternRefusal('sourceIdentity', '[\\w+=,.@-]*')
}

/**
 * Size of the compressed policies and tags, in per cent of what a session token can contain.
 *
 * An approximation: AWS documents neither its compression nor its limit in bytes.
 * @returns undefined if there are neither policies nor tags
 */
export function tokenUtilization(
  request: StsRequest,
  tags: Readonly<Record<string, string>>,
): number | undefined {
  const parts = [
    request.policy ?? '',
    ...request.policyArns,
    ...Object.entries(tags).flat(),
  ].filter(Boolean)
  if (parts.length === 0) return undefined
  return Math.ceil((100 * deflateRawSync(parts.join('\n')).length) / PACKED_BYTES)
}

/** @throws {StsRefusal} `PackedPolicyTooLarge` */
export function checkPacked(percent: number): void {
  if (percent > 100)
    throw tooLarge(`Packed size of session tags consumes ${percent}% of allotted space.`)
}

/** The limit on uncompressed policies: inline policy and managed policy ARNs together. */
function checkCharacters(request: StsRequest): void {
  const characters =
    (request.policy?.length ?? 0) + request.policyArns.reduce((sum, arn) => sum + arn.length, 0)
  if (characters <= MAX_POLICY_CHARACTERS) return
  const percent = Math.ceil((100 * characters) / MAX_POLICY_CHARACTERS)
  throw tooLarge(`Packed policy consumes ${percent}% of allotted space, please use smaller policy.`)
}

function tooLarge(message: string): StsRefusal {
  return new StsRefusal(400, 'PackedPolicyTooLarge', message)
}

function required(form: URLSearchParams, parameter: string): string {
  const value = form.get(parameter)
  if (value !== null) return value
  const member = parameter.charAt(0).toLowerCase() + parameter.slice(1)
  throw invalid(`Value null at '${member}' failed to satisfy constraint: Member must not be null`)
}

function readDuration(text: string): number {
  const seconds = /^-?\d{1,9}$/.test(text) ? Number(text) : Number.NaN
  if (Number.isNaN(seconds)) throw constraint('durationSeconds', 'Member must be a number')
  const problem =
    seconds < 900
      ? 'Member must have value greater than or equal to 900'
      : 'Member must have value less than or equal to 43200'
  if (seconds >= 900 && seconds <= 43_200) return seconds
  throw invalid(`Value '${seconds}' at 'durationSeconds' failed to satisfy constraint: ${problem}`)
}

function checkPolicyArns({ policyArns, roleArn }: StsRequest): void {
  if (policyArns.length > 10)
    throw constraint('policyArns', 'Member must have length less than or equal to 10')
  const account = roleArn.split(':')[4] ?? ''
  for (const arn of policyArns) {
    checkLength('policyArns.member.arn', arn, 20, 2048)
    const owner = /^arn:[a-z-]+:iam::(\d{12}|aws)?:policy\/.+$/.exec(arn)
    if (owner === null) throw validationError('The policy ARN is not valid.')
    if (owner[1] !== 'aws' && (owner[1] ?? '') !== account)
      throw validationError("The policies must belong to the role's account.")
  }
}

function checkPolicyText(policy: string): void {
  checkLength('policy', policy, 1, MAX_POLICY_CHARACTERS)
  if (!POLICY_CHARACTERS.test(policy))
    throw patternRefusal('policy', '[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+')
}

function policyArns(form: URLSearchParams): string[] {
  const members = [...form.keys()].filter((name) => /^PolicyArns\.member\.\d{1,6}\.arn$/.test(name))
  return members.map((name) => form.get(name) ?? '')
}

function checkLength(name: string, value: string, least: number, most: number): void {
  if (value.length < least)
    throw constraint(name, `Member must have length greater than or equal to ${least}`)
  if (value.length > most)
    throw constraint(name, `Member must have length less than or equal to ${most}`)
}

function patternRefusal(name: string, pattern: string): StsRefusal {
  return constraint(name, `Member must satisfy regular expression pattern: ${pattern}`)
}

/** Unlike in the messages of AWS, the value is left out: it may be a token. */
function constraint(name: string, problem: string): StsRefusal {
  return invalid(`Value at '${name}' failed to satisfy constraint: ${problem}`)
}

function invalid(problem: string): StsRefusal {
  return validationError(`1 validation error detected: ${problem}`)
}

function validationError(message: string): StsRefusal {
  return new StsRefusal(400, 'ValidationError', message)
}
