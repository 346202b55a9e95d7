/** What AWS itself says about a denied request, in its message. */

export interface StatedReason {
  readonly action: string
  /** Undefined where the message names none. */
  readonly resource: string | undefined
  /** Undefined where the message does not say which policy denies the request. */
  readonly policy: StatedPolicy | undefined
}

export interface StatedPolicy {
  /** `session policy`, `identity-based policy`, `permissions boundary`, … */
  readonly type: string
  /** Whether a `Deny` applies, or no `Allow` does. */
  readonly isExplicit: boolean
}

/** AWS writes no longer ones; a hostile one must not take long. */
const MAX_CHARACTERS = 10_000

const REQUEST = /is not authorized to perform: ([A-Za-z0-9-]+:[A-Za-z0-9]+)/
/** S3 puts the ARN in quotes. */
const RESOURCE = /^ on (?:the )?resource: ?(?:"([^"]*)"|(\S+))/
const TYPE = '((?:[a-z-]+ ){1,3}polic(?:y|ies)|permissions boundary)'
const IMPLICIT = new RegExp(`because no ${TYPE} allows the`, 'i')
const EXPLICIT = new RegExp(`with an explicit deny in (?:a |an |the )?${TYPE}`, 'i')

/**
 * @returns undefined where the message does not name the action, as S3's `Access Denied`
 * @see IAM User Guide, "Troubleshoot access denied error messages"
 */
export function readDenialReason(message: string | undefined): StatedReason | undefined {
  const text = message?.slice(0, MAX_CHARACTERS) ?? ''
  const request = REQUEST.exec(text)
  if (request?.[1] === undefined) return undefined
  const rest = text.slice(request.index + request[0].length)
  const resource = RESOURCE.exec(rest)
  const implicit = IMPLICIT.exec(rest)?.[1]
  const explicit = EXPLICIT.exec(rest)?.[1]
  const type = (explicit ?? implicit)?.toLowerCase().replace('policies', 'policy')
  return {
    action: request[1],
    resource: resource?.[1] ?? resource?.[2],
    policy: type === undefined ? undefined : { type, isExplicit: explicit !== undefined },
  }
}
