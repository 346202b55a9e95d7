/** A refusal of the local STS, which its server turns into an error document. */
import type { StsError } from '@token-broker/functions/sts-xml'

export class StsRefusal extends Error implements StsError {
  readonly status: number
  readonly code: string

  constructor(status: number, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}
