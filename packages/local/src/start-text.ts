/** What `npm start` prints: the addresses, and commands that work when they are pasted. */
import { OWNER_PROFILE } from './owner-credentials.ts'
import type { Runtime } from './runtime.ts'

/** One line for each server that runs. */
export function addressLines({ brokerUrl, idpUrl, stsUrl, aws }: Runtime, noIdp: boolean) {
  return [
    `broker    ${brokerUrl}`,
    ...(noIdp ? [] : [`IdP       ${idpUrl}`]),
    `STS       ${stsUrl}`,
    ...(aws
      ? [
          `S3        ${aws.s3Url}`,
          `DynamoDB  ${aws.dynamodbUrl}`,
          `owner     profile ${OWNER_PROFILE} in ${aws.ownerCredentialsFile}`,
        ]
      : []),
  ]
}

/** @param samples whether the tenants are the sample tenants */
export function exampleLines({ idpUrl, brokerUrl, aws }: Runtime, samples: boolean): string[] {
  const login =
    `curl -s ${idpUrl}/token -d grant_type=urn:demo:user -d username=alice ` +
    '-d client_id=demo -d client_secret=demo-secret'
  const pick = (member: string) => String.raw`sed 's/.*"${member}":"\([^"]*\)".*/\1/'`
  const request = `curl -s -X POST ${brokerUrl}/v1/credentials -H "Authorization: Bearer $TOKEN"`
  return [
    ...['', 'Try it:', '', `TOKEN=$(${login} | ${pick('id_token')})`, request, ''],
    ...(samples && aws ? [...s3Lines(brokerUrl, aws.s3Url), ''] : []),
    ...(samples
      ? [
          ...[
            'With an opaque access token, which names no issuer, so the request names a tenant:',
            '',
          ],
          `TOKEN=$(${login} -d resource=urn:opaque | ${pick('access_token')})`,
          `${request} -H 'Content-Type: application/json' -d '{"tenant":"gamma"}'`,
          '',
        ]
      : []),
  ]
}

/** The credentials and the token are in the environment of one command, and in no argument. */
function s3Lines(brokerUrl: string, s3Url: string): string[] {
  return [
    'With the AWS CLI, at the local S3. The second copy is denied, and the reason is logged:',
    '',
    's3() (',
    '  unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_PROFILE',
    '  export AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null AWS_REGION=us-east-1',
    `  BROKER=${brokerUrl}`,
    '  export AWS_CONTAINER_CREDENTIALS_FULL_URI=$BROKER/v1/tenants/acme/grants/uploads/credentials',
    '  export AWS_CONTAINER_AUTHORIZATION_TOKEN="Bearer $TOKEN"',
    `  aws --endpoint-url ${s3Url} s3 "$@"`,
    ')',
    'echo "Notes of alice" > notes.txt',
    's3 cp notes.txt s3://acme-uploads/alice/notes.txt',
    's3 cp notes.txt s3://acme-uploads/bob/notes.txt',
  ]
}
