/** What a wire protocol has to bring: how a request of it is read, answered and refused. */
import type { BrokerError, CredentialRequest, Issued } from '@token-broker/core'
import type { HttpRequest, HttpResponse } from '../http.ts'

export interface Door {
  /** As the audit record and `request.surface` name it. */
  readonly surface: string
  /** @throws {BrokerError} `invalid_request`, saying what to write instead */
  parse(request: HttpRequest): CredentialRequest
  issued(issued: Issued, requestId: string): HttpResponse
  refused(refusal: BrokerError, requestId: string): HttpResponse
}
