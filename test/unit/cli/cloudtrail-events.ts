/**
 * Events in the record format of CloudTrail, as sessions of the test broker would cause them.
 * @see CloudTrail User Guide, "CloudTrail record contents", "CloudTrail userIdentity element" and
 *   "Example: AssumeRoleWithWebIdentity"; Amazon S3 User Guide, "Amazon S3 CloudTrail events";
 *   DynamoDB Developer Guide, "Understanding DynamoDB log file entries"
 */

export interface EventOwner {
  readonly accessKeyId: string
  readonly assumedRoleArn: string
  /** ISO 8601. */
  readonly time: string
}

const ACCOUNT = '111122223333'

/** Members replace those of the default, a successful GetObject of S3. */
export function cloudTrailEvent(owner: EventOwner, members: object = {}): object {
  const [, , , , , path = ''] = owner.assumedRoleArn.split(':')
  const [, role = '', session = ''] = path.split('/')
  return {
    eventVersion: '1.11',
    userIdentity: {
      type: 'AssumedRole',
      principalId: `AROAEXAMPLEROLEID0000:${session}`,
      arn: owner.assumedRoleArn,
      accountId: ACCOUNT,
      accessKeyId: owner.accessKeyId,
      sessionContext: {
        sessionIssuer: {
          type: 'Role',
          principalId: 'AROAEXAMPLEROLEID0000',
          arn: `arn:aws:iam::${ACCOUNT}:role/${role}`,
          accountId: ACCOUNT,
          userName: role,
        },
        webIdFederationData: {
          federatedProvider: `arn:aws:iam::${ACCOUNT}:oidc-provider/broker.example`,
          attributes: {},
        },
        attributes: { creationDate: owner.time, mfaAuthenticated: 'false' },
      },
    },
    eventTime: owner.time.replace(/\.\d+Z$/, 'Z'),
    eventSource: 's3.amazonaws.com',
    eventName: 'GetObject',
    awsRegion: 'eu-central-1',
    sourceIPAddress: '192.0.2.7',
    userAgent: '[aws-cli/2.31.0 md/awscrt#0.27.6 ua/2.1 os/linux]',
    requestParameters: {
      bucketName: 'acme',
      key: 'alice/report.pdf',
      Host: 'acme.s3.eu-central-1.amazonaws.com',
    },
    responseElements: null,
    additionalEventData: {
      SignatureVersion: 'SigV4',
      CipherSuite: 'TLS_AES_128_GCM_SHA256',
      bytesTransferredIn: 0,
      AuthenticationMethod: 'AuthHeader',
      'x-amz-id-2': 'q6xhNJYmhgEXAMPLE=',
      bytesTransferredOut: 100,
    },
    requestID: 'KCCGDR7PPACSD86C',
    eventID: crypto.randomUUID(),
    readOnly: true,
    resources: [
      { type: 'AWS::S3::Object', ARN: 'arn:aws:s3:::acme/alice/report.pdf' },
      { accountId: ACCOUNT, type: 'AWS::S3::Bucket', ARN: 'arn:aws:s3:::acme' },
    ],
    eventType: 'AwsApiCall',
    managementEvent: false,
    recipientAccountId: ACCOUNT,
    eventCategory: 'Data',
    tlsDetails: {
      tlsVersion: 'TLSv1.3',
      cipherSuite: 'TLS_AES_128_GCM_SHA256',
      clientProvidedHostHeader: 'acme.s3.eu-central-1.amazonaws.com',
    },
    ...members,
  }
}

/** The message of AWS; S3 puts the ARN in quotes. */
export function deniedMessage(
  owner: EventOwner,
  action: string,
  resource: string,
  reason: string,
): string {
  const named = action.startsWith('s3:') ? `"${resource}"` : resource
  return (
    `User: ${owner.assumedRoleArn} is not authorized to perform: ${action} on resource: ${named} ` +
    reason
  )
}

/** A denied GetObject, PutObject, … of one object. */
export function deniedObject(
  owner: EventOwner,
  eventName: string,
  key: string,
  errorMessage: string,
  members: object = {},
): object {
  return cloudTrailEvent(owner, {
    eventName,
    errorCode: 'AccessDenied',
    errorMessage,
    requestParameters: { bucketName: 'acme', key, Host: 'acme.s3.eu-central-1.amazonaws.com' },
    resources: [
      { type: 'AWS::S3::Object', ARN: `arn:aws:s3:::acme/${key}` },
      { accountId: ACCOUNT, type: 'AWS::S3::Bucket', ARN: 'arn:aws:s3:::acme' },
    ],
    ...members,
  })
}

/** A denied listing of the bucket: its object is named by a prefix. */
export function deniedListing(owner: EventOwner, prefix: string): object {
  return cloudTrailEvent(owner, {
    eventName: 'ListObjects',
    errorCode: 'AccessDenied',
    errorMessage: 'Access Denied',
    requestParameters: {
      'list-type': '2',
      bucketName: 'acme',
      'encoding-type': 'url',
      prefix,
      delimiter: '/',
      Host: 'acme.s3.eu-central-1.amazonaws.com',
    },
    resources: [
      { type: 'AWS::S3::Object', ARNPrefix: 'arn:aws:s3:::acme/' },
      { accountId: ACCOUNT, type: 'AWS::S3::Bucket', ARN: 'arn:aws:s3:::acme' },
    ],
  })
}

/** The event with which STS issued the session. */
export function issuanceEvent(owner: EventOwner, policy: string): object {
  return {
    eventVersion: '1.08',
    userIdentity: {
      type: 'WebIdentityUser',
      principalId: `arn:aws:iam::${ACCOUNT}:oidc-provider/broker.example:sts.amazonaws.com:alice`,
      userName: 'alice',
      identityProvider: `arn:aws:iam::${ACCOUNT}:oidc-provider/broker.example`,
    },
    eventTime: owner.time.replace(/\.\d+Z$/, 'Z'),
    eventSource: 'sts.amazonaws.com',
    eventName: 'AssumeRoleWithWebIdentity',
    awsRegion: 'eu-central-1',
    sourceIPAddress: '203.0.113.9',
    userAgent: 'aws-sdk-js/3.0',
    requestParameters: {
      roleArn: `arn:aws:iam::${ACCOUNT}:role/acme-app`,
      roleSessionName: owner.assumedRoleArn.split('/').at(-1),
      policy,
      durationSeconds: 3600,
    },
    responseElements: {
      credentials: {
        accessKeyId: owner.accessKeyId,
        sessionToken: 'session-token-canary',
        expiration: 'Nov 27, 2026, 11:00:00 AM',
      },
      assumedRoleUser: {
        assumedRoleId: 'AROAEXAMPLEROLEID0000:alice',
        arn: owner.assumedRoleArn,
      },
      subjectFromWebIdentityToken: 'alice',
      audience: 'sts.amazonaws.com',
    },
    resources: [
      {
        accountId: ACCOUNT,
        type: 'AWS::IAM::Role',
        ARN: `arn:aws:iam::${ACCOUNT}:role/acme-app`,
      },
    ],
    requestID: crypto.randomUUID(),
    eventID: crypto.randomUUID(),
    readOnly: true,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: ACCOUNT,
    eventCategory: 'Management',
  }
}
