/** A request to AWS, as far as it is known, and logic for what is not known. */

export interface AwsRequest {
  /** One action without wildcards: `s3:GetObject`. */
  readonly action: string
  /** One ARN without wildcards; `*` for actions that have no resource. */
  readonly resource: string
  readonly context: RequestContextKeys
}

/**
 * Values by condition key, with the key in lower case. An empty list: the request does not have the
 * key. No entry: not known.
 */
export type RequestContextKeys = ReadonlyMap<string, readonly string[]>

/** Kleene's three values; undefined: it depends on what is not known. */
export type Truth = boolean | undefined

export function allTrue(truths: readonly Truth[]): Truth {
  if (truths.includes(false)) return false
  return truths.includes(undefined) ? undefined : true
}

export function anyTrue(truths: readonly Truth[]): Truth {
  if (truths.includes(true)) return true
  return truths.includes(undefined) ? undefined : false
}

export function notTrue(truth: Truth): Truth {
  return truth === undefined ? undefined : !truth
}
