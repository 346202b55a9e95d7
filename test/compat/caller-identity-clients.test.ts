/** Unmodified clients call GetCallerIdentity with the session that the same endpoint issued. */
import {
  AssumeRoleWithWebIdentityCommand,
  GetCallerIdentityCommand,
  STSClient,
} from '@aws-sdk/client-sts'
import { describe, expect, it } from 'vitest'
import { closeAfterTests, SECRET_ACCESS_KEY, SESSION_TOKEN } from '../fixtures/index.ts'
import { startServedBroker } from '../fixtures/served-broker.ts'
import { startSessionsTable } from '../fixtures/sessions-table.ts'
import { runAwsCli, skipsPython } from './python-programs.ts'
import { runProgram } from './run-program.ts'
import { ROLE, sdkEnvironment, writeToken } from './sdk-environment.ts'

const IDENTITY = {
  Account: '111122223333',
  Arn: 'arn:aws:sts::111122223333:assumed-role/app/session',
  UserId: 'AROA0:session',
}
const table = await closeAfterTests(startSessionsTable())
const served = await startServedBroker({
  environment: { ...table.environment, BROKER_SESSIONS_REGIONS: 'eu-west-1,us-east-1' },
})
const credentials = {
  AWS_ACCESS_KEY_ID: 'ASIA0123456789ABCDEF',
  AWS_SECRET_ACCESS_KEY: SECRET_ACCESS_KEY,
  AWS_SESSION_TOKEN: SESSION_TOKEN,
}

describe('the AWS SDK for JavaScript', () => {
  it.each(['', '/', '/sts', '/sts/'])('is identified at "%s"', async (path) => {
    const { AccessKeyId, SecretAccessKey, SessionToken } = await assumeRole()
    const client = clientAt(path, 'eu-west-1', {
      accessKeyId: AccessKeyId ?? '',
      secretAccessKey: SecretAccessKey ?? '',
      sessionToken: SessionToken ?? '',
    })
    expect(await client.send(new GetCallerIdentityCommand({}))).toMatchObject(IDENTITY)
  })

  it.each([
    ['InvalidClientTokenId', { sessionToken: 'another' }, 'eu-west-1'],
    ['SignatureDoesNotMatch', { secretAccessKey: 'another' }, 'eu-west-1'],
    ['SignatureDoesNotMatch', {}, 'eu-west-2'],
  ])('raises %s for %j in %s', async (name, more, region) => {
    await assumeRole()
    const known = {
      accessKeyId: credentials.AWS_ACCESS_KEY_ID,
      secretAccessKey: SECRET_ACCESS_KEY,
      sessionToken: SESSION_TOKEN,
    }
    const client = clientAt('/sts', region, { ...known, ...more })
    await expect(client.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({ name })
  })

  it('corrects a clock that is wrong after the first error, as it does at AWS', async () => {
    await assumeRole()
    const client = new STSClient({
      endpoint: served.url,
      region: 'eu-west-1',
      systemClockOffset: -20 * 60_000,
      credentials: {
        accessKeyId: credentials.AWS_ACCESS_KEY_ID,
        secretAccessKey: SECRET_ACCESS_KEY,
        sessionToken: SESSION_TOKEN,
      },
    })
    const identify = () => client.send(new GetCallerIdentityCommand({}))
    await expect(identify()).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' })
    expect(await identify()).toMatchObject(IDENTITY)
  })
})

describe.skipIf(skipsPython())('Debian’s AWS CLI and botocore', () => {
  const identity = ['sts', 'get-caller-identity', '--endpoint-url', `${served.url}/sts`]

  it.each(['eu-west-1', 'us-east-1'])('is identified in %s', async (AWS_REGION) => {
    await assumeRole()
    const env = sdkEnvironment.of({ ...credentials, AWS_REGION })
    const { stdout } = await runAwsCli(identity, env)
    expect(JSON.parse(stdout)).toEqual(IDENTITY)
  })

  it('reports AWS’s error for another secret', async () => {
    const env = sdkEnvironment.of({ ...credentials, AWS_SECRET_ACCESS_KEY: 'another' })
    const { status, stderr } = await runAwsCli(identity, env)
    expect([status, stderr]).toEqual([
      254,
      expect.stringContaining('An error occurred (SignatureDoesNotMatch)'),
    ])
  })

  it('botocore assumes the role, and is identified with the session', async () => {
    const program = [
      'import json, os, botocore.session',
      'session = botocore.session.Session()',
      'url, token = os.environ["URL"], open(os.environ["TOKEN"]).read()',
      'sts = session.create_client("sts", region_name="eu-west-1", endpoint_url=url)',
      `role = dict(RoleArn="${ROLE}", RoleSessionName="me", WebIdentityToken=token)`,
      'found = sts.assume_role_with_web_identity(**role)["Credentials"]',
      'keys = [found[name] for name in ("AccessKeyId", "SecretAccessKey", "SessionToken")]',
      'names = ("aws_access_key_id", "aws_secret_access_key", "aws_session_token")',
      'place = dict(region_name="eu-west-1", endpoint_url=url)',
      'identified = session.create_client("sts", **place, **dict(zip(names, keys)))',
      'response = identified.get_caller_identity()',
      'print(json.dumps({name: response[name] for name in ("Account", "Arn", "UserId")}))',
    ].join('\n')
    const env = sdkEnvironment.of({
      URL: `${served.url}/sts`,
      TOKEN: writeToken(await served.token()),
    })
    const { stdout, stderr } = await runProgram('/usr/bin/python3', ['-c', program], { env })
    expect([JSON.parse(stdout || '{}'), stderr]).toEqual([IDENTITY, ''])
  })
})

async function assumeRole() {
  const anonymous = { accessKeyId: '', secretAccessKey: '' }
  const { Credentials } = await clientAt('/sts', 'eu-west-1', anonymous).send(
    new AssumeRoleWithWebIdentityCommand({
      RoleArn: ROLE,
      RoleSessionName: 'me',
      WebIdentityToken: await served.token(),
    }),
  )
  if (!Credentials) throw new Error('The broker issued no credentials.')
  return Credentials
}

function clientAt(
  path: string,
  region: string,
  keys: { accessKeyId: string; secretAccessKey: string; sessionToken?: string },
): STSClient {
  return new STSClient({ endpoint: served.url + path, region, credentials: keys, maxAttempts: 1 })
}
