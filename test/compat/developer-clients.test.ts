/** Unmodified clients of a backend with a key pair of the pool: AWS SDK for JavaScript, AWS CLI. */
import type { RequestListener } from 'node:http'
import {
  CognitoIdentityClient,
  type CognitoIdentityClientConfig,
  GetCredentialsForIdentityCommand,
  GetOpenIdTokenForDeveloperIdentityCommand,
  LookupDeveloperIdentityCommand,
  MergeDeveloperIdentitiesCommand,
  UnlinkDeveloperIdentityCommand,
} from '@aws-sdk/client-cognito-identity'
import { describe, expect, it } from 'vitest'
import { nodeListener } from '../../packages/local/src/node-http.ts'
import { KEY_PAIR, PROVIDER, startDeveloperBroker } from '../endpoints/developer-broker.ts'
import { closeAfterTests } from '../fixtures/close-after-tests.ts'
import { startServer } from '../fixtures/http-server.ts'
import { POOL_ID } from '../fixtures/pool-document.ts'
import { runAwsCli, skipsPython } from './python-programs.ts'
import { sdkEnvironment } from './sdk-environment.ts'

let listener: RequestListener = (_request, response) => response.writeHead(503).end()
const { url } = await closeAfterTests(
  startServer((request, response) => listener(request, response)),
)
listener = nodeListener((await startDeveloperBroker({}, { BROKER_ISSUER: url })).app)

const IdentityPoolId = POOL_ID
const ID = expect.stringMatching(/^eu-central-1:[0-9a-f-]{36}$/)
const endpoints = ['', '/']
  .map((end) => `${url}/cognito/${POOL_ID}${end}`)
  .concat(`${url}/cognito/${encodeURIComponent(POOL_ID)}`)

describe('the AWS SDK for JavaScript', () => {
  it.each(endpoints)('manages the users of its backend at %s', async (endpoint) => {
    const client = clientOf({ endpoint })
    const open = (user: string) =>
      client.send(
        new GetOpenIdTokenForDeveloperIdentityCommand({
          ...{ IdentityPoolId, Logins: { [PROVIDER]: user }, TokenDuration: 60 },
        }),
      )
    const ann = await open('ann')
    expect(ann).toMatchObject({ IdentityId: ID, Token: expect.stringMatching(/^eyJ/) })
    const { IdentityId } = ann
    const app = clientOf({ endpoint, credentials: { accessKeyId: '', secretAccessKey: '' } })
    const Logins = { 'cognito-identity.amazonaws.com': ann.Token ?? '' }
    expect(
      await app.send(new GetCredentialsForIdentityCommand({ IdentityId, Logins })),
    ).toMatchObject({ IdentityId, Credentials: { Expiration: expect.any(Date) } })
    const find = new LookupDeveloperIdentityCommand({ IdentityPoolId, IdentityId })
    expect(await client.send(find)).toMatchObject({ DeveloperUserIdentifierList: ['ann'] })
    await open('bob')
    const named = { IdentityPoolId, DeveloperProviderName: PROVIDER }
    const merged = await client.send(
      new MergeDeveloperIdentitiesCommand({
        ...{ ...named, SourceUserIdentifier: 'bob', DestinationUserIdentifier: 'ann' },
      }),
    )
    expect((await open('bob')).IdentityId).toBe(merged.IdentityId)
    for (const DeveloperUserIdentifier of ['ann', 'bob']) {
      const unlink = { ...named, DeveloperUserIdentifier, IdentityId: merged.IdentityId }
      await client.send(new UnlinkDeveloperIdentityCommand(unlink))
    }
    expect(await client.send(find)).toMatchObject({ DeveloperUserIdentifierList: [] })
  })

  it.each<[string, Partial<typeof KEY_PAIR> & { sessionToken?: string }]>([
    ['UnrecognizedClientException', { accessKeyId: 'TBPKAAAABBBBCCCCDDDA' }],
    ['UnrecognizedClientException', { sessionToken: 'of AWS' }],
    ['InvalidSignatureException', { secretAccessKey: 'b'.repeat(40) }],
  ])('raises %s for %j', async (name, more) => {
    const client = clientOf({ credentials: { ...KEY_PAIR, ...more } })
    await expect(client.send(lookUpNobody)).rejects.toMatchObject({ name })
  })

  it('raises the exceptions of the service', async () => {
    const client = clientOf({})
    await expect(client.send(lookUpNobody)).rejects.toMatchObject({
      ...{ name: 'ResourceNotFoundException', $metadata: { httpStatusCode: 400 } },
    })
    const open = new GetOpenIdTokenForDeveloperIdentityCommand({ IdentityPoolId, Logins: {} })
    await expect(client.send(open)).rejects.toMatchObject({ name: 'InvalidParameterException' })
  })

  it('corrects a clock that is wrong after the first error, as it does at AWS', async () => {
    const client = clientOf({ systemClockOffset: -20 * 60_000 })
    await expect(client.send(lookUpNobody)).rejects.toMatchObject({
      name: 'InvalidSignatureException',
    })
    await expect(client.send(lookUpNobody)).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    })
  })
})

describe.skipIf(skipsPython())('Debian’s AWS CLI', () => {
  const command = (operation: string, ...args: string[]) =>
    runAwsCli(
      [
        ...['cognito-identity', operation, '--endpoint-url', endpoints[0] ?? ''],
        ...['--identity-pool-id', POOL_ID, ...args],
      ],
      sdkEnvironment.of({
        ...{ AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: KEY_PAIR.accessKeyId },
        AWS_SECRET_ACCESS_KEY: KEY_PAIR.secretAccessKey,
      }),
    )

  it('gets a token for a user, and finds the user again', async () => {
    const opened = await command(
      'get-open-id-token-for-developer-identity',
      ...['--logins', `${PROVIDER}=cli`],
    )
    expect(opened.stderr).toBe('')
    const { IdentityId } = JSON.parse(opened.stdout)
    const found = await command('lookup-developer-identity', '--identity-id', IdentityId)
    expect(JSON.parse(found.stdout)).toEqual({ IdentityId, DeveloperUserIdentifierList: ['cli'] })
  })

  it('reports the exception of the service', async () => {
    const args = ['--developer-user-identifier', 'nobody']
    const { status, stderr } = await command('lookup-developer-identity', ...args)
    expect([status, stderr]).toEqual([
      254,
      expect.stringContaining('An error occurred (ResourceNotFoundException)'),
    ])
  })
})

const lookUpNobody = new LookupDeveloperIdentityCommand({
  IdentityPoolId,
  DeveloperUserIdentifier: 'nobody',
})

function clientOf(config: CognitoIdentityClientConfig): CognitoIdentityClient {
  return new CognitoIdentityClient({
    ...{ endpoint: endpoints[0] ?? '', region: 'eu-west-1', credentials: KEY_PAIR },
    maxAttempts: 1,
    ...config,
  })
}
