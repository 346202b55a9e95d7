/** Responses of AWS's and Ceph's `AssumeRoleWithWebIdentity`. */

export const ISSUED = `
<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <AssumeRoleWithWebIdentityResult>
    <AssumedRoleUser>
      <Arn>arn:aws:sts::111122223333:assumed-role/app/alice</Arn>
      <AssumedRoleId>AROA:alice</AssumedRoleId>
    </AssumedRoleUser>
    <Credentials>
      <AccessKeyId>ASIATEST</AccessKeyId>
      <SecretAccessKey>secret</SecretAccessKey>
      <SessionToken>session</SessionToken>
      <Expiration>2030-01-01T00:00:00Z</Expiration>
    </Credentials>
    <PackedPolicySize>12</PackedPolicySize>
    <SessionTokenUtilization>12</SessionTokenUtilization>
    <SessionTokenSize>1187</SessionTokenSize>
  </AssumeRoleWithWebIdentityResult>
  <ResponseMetadata><RequestId>1</RequestId></ResponseMetadata>
</AssumeRoleWithWebIdentityResponse>`.trim()

/** Wraps the error, as AWS does. */
export function awsError(code: string, message: string): string {
  const namespace = 'https://sts.amazonaws.com/doc/2011-06-15/'
  const error = `<Type>Sender</Type><Code>${code}</Code><Message>${message}</Message>`
  const members = `<Error>${error}</Error><RequestId>r</RequestId>`
  return `<ErrorResponse xmlns="${namespace}">${members}</ErrorResponse>`
}

/** Does not wrap the error. */
export function cephError(code: string, message: string): string {
  const members = `<Code>${code}</Code><Message>${message}</Message><RequestId>tx</RequestId>`
  return `<?xml version="1.0"?><Error>${members}</Error>`
}
