/** What a wire protocol has to bring: how a request of it is read, answered and refused. */
import type { BrokerError, CredentialRequest, Issued } from '@token-broker/core'
import type { HttpRequest, HttpResponse } from '../http.ts'

/** @template Outcome what the door gives where nothing is refused */
export interface Door<Outcome = Issued> {
  /** As the audit record and `request.surface` name it. */
  readonly surface: string
  /** @throws {BrokerError} `invalid_request`, saying what to write instead */
  parse(request: HttpRequest): CredentialRequest
  issued(issued: Outcome, requestId: string): HttpResponse
  refused(refusal: BrokerError, requestId: string): HttpResponse
}
