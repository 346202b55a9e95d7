/** A refusal by the local STS. */
import type { StsError } from '@token-broker/functions/sts-xml'

/**
 * The only error class of the local STS; its server returns it as an XML error document.
 *
 * `status`, `code` and `message` are those that AWS returns, where AWS documents them. Where AWS
 * has one sentence for every reason, the reason follows it in brackets. The message never contains
 * a token.
 */
export class StsRefusal extends Error implements StsError {
  readonly status: number
  readonly code: string

  constructor(status: number, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}
