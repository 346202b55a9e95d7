/** What `npm start` prints: addresses, tenants, and commands that work when they are pasted. */
import { OWNER_PROFILE } from './owner-credentials.ts'
import type { Runtime } from './runtime.ts'
import type { DemoUserLogin, TenantSample } from './tenant-samples.ts'

/** One line for each server that runs. */
export function addressLines(
  { brokerUrl, idpUrl, stsUrl, aws }: Runtime,
  { hasConsole, hasIdp }: { readonly hasConsole: boolean; readonly hasIdp: boolean },
) {
  return [
    `broker    ${brokerUrl}`,
    ...(hasConsole ? [`console   ${brokerUrl}/console`] : []),
    ...(hasIdp ? [`IdP       ${idpUrl}`] : []),
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

/** One line for each tenant. */
export function tenantLines(samples: readonly TenantSample[]): string[] {
  const width = Math.max(...samples.map(({ tenant }) => tenant.length))
  return samples.map(
    ({ tenant, issuers, grants }) =>
      `tenant    ${tenant.padEnd(width)}  ${issuers.join(', ')}; grants ${grants.join(', ')}`,
  )
}

/** For the first of many; the page of the demo IdP has commands for the others. */
const MAX_EXAMPLES = 5

/** @param areSamples whether the tenants are the sample tenants */
export function exampleLines(
  { idpUrl, brokerUrl, aws }: Runtime,
  samples: readonly TenantSample[],
  areSamples: boolean,
): string[] {
  const examples = samples.slice(0, MAX_EXAMPLES).flatMap(({ tenant, login, trustsDemoIdp }) => {
    if (login === undefined)
      return trustsDemoIdp ? [`No demo user gets credentials of ${tenant}.`, ''] : []
    const isAlice = areSamples && login.username === 'alice' && login.token === 'id_token'
    return [
      ...requestLines(tenant, login, { idpUrl, brokerUrl }),
      ...(isAlice && aws ? [...s3Lines(brokerUrl, aws.s3Url), ''] : []),
    ]
  })
  const lines = examples.length > 0 ? ['', 'Try it:', '', ...examples] : ['']
  return [...lines, `Tokens with any claims, for development: ${idpUrl}/`]
}

/** Each block of commands works by itself. */
function requestLines(
  tenant: string,
  { username, token, resource }: DemoUserLogin,
  { idpUrl, brokerUrl }: Pick<Runtime, 'idpUrl' | 'brokerUrl'>,
): string[] {
  const login =
    `curl -s ${idpUrl}/token -d grant_type=urn:demo:user -d username=${username} ` +
    `-d client_id=demo -d client_secret=demo-secret${resource ? ` -d resource=${resource}` : ''}`
  const opaque = resource === 'urn:opaque' ? ', with an opaque token, which names no issuer' : ''
  return [
    `# ${username} of ${tenant}${opaque}`,
    `TOKEN=$(${login} | ${String.raw`sed 's/.*"${token}":"\([^"]*\)".*/\1/'`})`,
    `curl -s -X POST ${brokerUrl}/v1/credentials -H "Authorization: Bearer $TOKEN" ` +
      `-H 'Content-Type: application/json' -d '{"tenant":"${tenant}"}'`,
    '',
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
