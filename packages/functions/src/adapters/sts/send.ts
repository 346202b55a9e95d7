/** Sends `AssumeRoleWithWebIdentity` unsigned, by the query protocol. */
import {
  AssumeRoleWithWebIdentity$,
  type AssumeRoleWithWebIdentityRequest,
  type AssumeRoleWithWebIdentityResponse,
  errorTypeRegistries,
} from '@aws-sdk/client-sts'
import { AwsQueryProtocol } from '@aws-sdk/core/protocols'
import { createSdkCalls, type SdkCall, type SdkCallOptions } from '../sdk-call.ts'

export type Send = SdkCall<AssumeRoleWithWebIdentityRequest, AssumeRoleWithWebIdentityResponse>

export function createSend(options: Omit<SdkCallOptions, 'protocol' | 'sign'>): Send {
  const protocol = new AwsQueryProtocol({
    defaultNamespace: 'com.amazonaws.sts',
    errorTypeRegistries,
    xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
    version: '2011-06-15',
  })
  return createSdkCalls({ ...options, protocol })(AssumeRoleWithWebIdentity$)
}
