/** What a wire protocol must provide: the parser of its requests, and both kinds of response. */
import type { BrokerError, Issued, RequestFields } from '@token-broker/core'
import type { HttpRequest, HttpResponse } from '../http.ts'

/** @template Outcome what the endpoint responds with where nothing is refused */
export interface Endpoint<Outcome = Issued> {
  /** As the audit record and `request.endpoint` show it. */
  readonly name: string
  /** @throws {BrokerError} `invalid_request`, saying what to write instead */
  parse(request: HttpRequest): RequestFields
  /** @param fields what {@link parse} returned */
  issued(issued: Outcome, requestId: string, fields: RequestFields | undefined): HttpResponse
  /** @param fields undefined: the request could not be parsed */
  refused(refusal: BrokerError, requestId: string, fields: RequestFields | undefined): HttpResponse
}
