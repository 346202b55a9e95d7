/** What the form of the decision view states, as the options of `token-broker explain` state it. */
import { UsageError } from '../cli-error.ts'
import type { TokenCall, TokenOption } from '../documents/decide-token.ts'
import { isObjectText } from '../session/json-option.ts'
import { memberText, memberTexts, readMembers } from './call-input.ts'
import type { ConsoleContext } from './console-context.ts'

/** Members of the form that are options of the same name. */
const TEXT_OPTIONS = [
  ...(['token-type', 'tenant', 'issuer', 'grant', 'duration', 'statements', 'endpoint'] as const),
  ...(['ip', 'now', 'actor-token-type', 'actor-issuer', 'pool', 'provider', 'identity'] as const),
] satisfies readonly TokenOption[]

/** Members that are JSON; as options, they may also name files, which no page may read. */
const JSON_OPTIONS = ['claims', 'actor-claims', 'policy'] as const satisfies readonly TokenOption[]

const DECIDE_MEMBERS = [...TEXT_OPTIONS, ...JSON_OPTIONS, 'token', 'actor-token']

/** @throws {UsageError} a member that is unknown, or has another form */
export function readDecideForm(input: unknown, { sources, terminal }: ConsoleContext): TokenCall {
  const members = readMembers(input, DECIDE_MEMBERS, 'request')
  const values = new Map<string, string>()
  for (const name of [...TEXT_OPTIONS, ...JSON_OPTIONS]) {
    const value = memberText(members, name)
    if (value !== undefined) values.set(name, value)
  }
  for (const name of JSON_OPTIONS) {
    const value = values.get(name)
    if (value !== undefined && !isObjectText(value))
      throw new UsageError(`--${name}: expected a JSON object, such as {"sub":"alice"}`)
  }
  const [token, actorToken] = [memberText(members, 'token'), memberText(members, 'actor-token')]
  const isStated = values.has('claims') || values.has('actor-claims')
  const isGuest = values.has('pool') && !values.has('provider')
  if (isStated && (token ?? actorToken) !== undefined)
    throw new UsageError('--token: expected a token or claims, found both; remove one')
  if (!isStated && !isGuest && token === undefined)
    throw new UsageError('--token: expected a token or claims, found nothing')
  if (sources.privateIssuerHosts !== undefined)
    values.set('private-issuer-hosts', sources.privateIssuerHosts)
  return {
    terminal,
    option: (name) => values.get(name),
    isSet: (name) => name === 'allow-loopback-http' && sources.allowLoopbackHttp === true,
    pasted: { token: token ?? '', actorToken },
  }
}

/** A question whether the session may do something. */
export interface Question {
  readonly operands: readonly string[]
  readonly context: readonly string[]
  readonly absent: readonly string[]
}

/** @throws {UsageError} */
export function readQuestion(input: unknown): Question | undefined {
  if (input === undefined) return undefined
  const members = readMembers(input, ['action', 'resource', 'context', 'absent'], 'question')
  return {
    operands: [memberText(members, 'action') ?? '', memberText(members, 'resource') ?? ''],
    context: memberTexts(members, 'context'),
    absent: memberTexts(members, 'absent'),
  }
}
