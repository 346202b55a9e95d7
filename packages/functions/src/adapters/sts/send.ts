/** Sends `AssumeRoleWithWebIdentity` unsigned, by the query protocol. */
import {
  AssumeRoleWithWebIdentity$,
  type AssumeRoleWithWebIdentityRequest,
  type AssumeRoleWithWebIdentityResponse,
  errorTypeRegistries,
} from '@aws-sdk/client-sts'
import { AwsQueryProtocol } from '@aws-sdk/core/protocols'
import type { HttpResponse } from '@smithy/core/protocols'
import { createSdkCalls, type SdkCall, type SdkCallOptions } from '../sdk-call.ts'

export type Send = SdkCall<AssumeRoleWithWebIdentityRequest, AssumeRoleWithWebIdentityResponse>

export function createSend(options: Omit<SdkCallOptions, 'protocol' | 'sign'>): Send {
  const protocol = new QueryProtocol({
    defaultNamespace: 'com.amazonaws.sts',
    errorTypeRegistries,
    xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
    version: '2011-06-15',
  })
  return createSdkCalls({ ...options, protocol })(AssumeRoleWithWebIdentity$)
}

/** Ceph answers with a bare `<Error>` where AWS wraps it in `<ErrorResponse>`; without this its code would be lost. */
class QueryProtocol extends AwsQueryProtocol {
  protected override loadQueryError(data: unknown): unknown {
    return super.loadQueryError(data) ?? data
  }

  protected override loadQueryErrorCode(output: HttpResponse, data: unknown): string | undefined {
    return super.loadQueryErrorCode(output, { Error: this.loadQueryError(data) })
  }
}
