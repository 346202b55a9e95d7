/** A refusal by the local S3 or DynamoDB. */

/**
 * `status`, `code` and `message` are those of AWS. Neither the message nor the details contain a
 * secret, a token or content of an object.
 */
export class AwsRefusal extends Error {
  readonly status: number
  readonly code: string
  /** Further elements of S3's error document, such as `HeadersNotSigned`. */
  readonly details: Readonly<Record<string, string>>
  readonly headers: Readonly<Record<string, string>>

  constructor(
    status: number,
    code: string,
    message: string,
    more: {
      readonly details?: Readonly<Record<string, string>>
      readonly headers?: Readonly<Record<string, string>>
    } = {},
  ) {
    super(message)
    this.status = status
    this.code = code
    this.details = more.details ?? {}
    this.headers = more.headers ?? {}
  }
}
