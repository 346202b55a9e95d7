/** Debian's unmodified botocore and AWS CLI at the STS and container doors: results, exception classes, and how often they ask. */
import { execFile, spawnSync } from 'node:child_process'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type ServedBroker, serveBroker } from '../fixtures/served-broker.ts'
import { SECRET_ACCESS_KEY, SESSION_TOKEN } from '../fixtures/sts-server.ts'

const PYTHON = '/usr/bin/python3'
const CLI = '/usr/bin/aws'
const ROLE = 'arn:aws:iam::000000000000:role/broker/acme/read'
const SCRIPT = `
import json, os, sys
import botocore.session, botocore.exceptions
door, url, token = sys.argv[1:4]
try:
    session = botocore.session.Session()
    if door == 'sts':
        client = session.create_client('sts', region_name='eu-west-1', endpoint_url=url)
        answer = client.assume_role_with_web_identity(RoleArn='${ROLE}', RoleSessionName='me', WebIdentityToken=token)
        found = {'key': answer['Credentials']['SecretAccessKey'], 'token': answer['Credentials']['SessionToken'], 'year': answer['Credentials']['Expiration'].year}
    else:
        frozen = session.get_credentials().get_frozen_credentials()
        found = {'key': frozen.secret_key, 'token': frozen.token}
    print(json.dumps(found))
except botocore.exceptions.ClientError as error:
    print(json.dumps({'exception': type(error).__name__, 'code': error.response['Error']['Code'], 'requestId': error.response['ResponseMetadata'].get('RequestId')}))
except Exception as error:
    print(json.dumps({'exception': type(error).__name__}))
`

const missing = [
  ...(spawnSync(PYTHON, ['-c', 'import botocore']).status === 0 ? [] : ['python3-botocore']),
  ...(spawnSync(CLI, ['--version']).status === 0 ? [] : ['awscli']),
]
if (missing.length > 0 && !process.env.CI) console.warn(`skipped, for want of Debian's ${missing.join(' and ')}`)

let served: ServedBroker
beforeAll(async () => {
  served = await serveBroker()
})
afterEach(() => served.sts.answerCredentials())
afterAll(() => served.close())

/** Runs a program with this environment and nothing else. */
function run(program: string, args: readonly string[], env: Record<string, string>) {
  return new Promise<{ status: number; stdout: string; stderr: string }>((resolve) => {
    const options = { env: { HOME: '/nonexistent', AWS_EC2_METADATA_DISABLED: 'true', ...env } }
    execFile(program, [...args], options, (error, stdout, stderr) => {
      resolve({ status: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr })
    })
  })
}

const botocore = (door: 'sts' | 'container', token: string, env: Record<string, string> = {}) =>
  served.counting(async () => {
    const { stdout, stderr } = await run(PYTHON, ['-c', SCRIPT, door, `${served.url}/sts`, token], env)
    if (stdout === '') throw new Error(stderr)
    return JSON.parse(stdout)
  })
const containerEnvironment = (token: string, grant = 'read') => ({
  AWS_CONTAINER_CREDENTIALS_FULL_URI: `${served.url}/v1/tenants/acme/grants/${grant}/credentials`,
  AWS_CONTAINER_AUTHORIZATION_TOKEN: token,
})

describe.skipIf(missing.length > 0 && !process.env.CI)('botocore', () => {
  it('gets credentials at the STS door, with a token that ends in a newline', async () => {
    const { result, requests } = await botocore('sts', `${await served.token()}\n`)
    expect([result, requests]).toEqual([{ key: SECRET_ACCESS_KEY, token: SESSION_TOKEN, year: 2030 }, 1])
  })

  it.each([
    ['ExpiredTokenException', 'ExpiredTokenException', { exp: 1 }, 1],
    ['InvalidIdentityToken', 'InvalidIdentityTokenException', { iss: 'https://unknown.example' }, 1],
    ['AccessDenied', 'ClientError', { aud: 'other' }, 1],
  ])('raises %s as %s', async (code, exception, more, asked) => {
    const { result, requests } = await botocore('sts', await served.token(more))
    expect(result).toMatchObject({ exception, code, requestId: expect.stringMatching(/^request-/) })
    expect(requests).toBe(asked)
  })

  it.each([
    ['IDPRejectedClaim', 'IDPRejectedClaimException', 403, 'AccessDenied', 1],
    ['PackedPolicyTooLarge', 'PackedPolicyTooLargeException', 400, 'PackedPolicyTooLarge', 1],
    ['Throttling', 'ClientError', 400, 'Throttling', 5],
  ])('raises %s as %s when STS says so', async (code, exception, status, upstream, asked) => {
    served.sts.answerError(status, upstream)
    const { result, requests } = await botocore('sts', await served.token())
    expect([result.exception, result.code, requests]).toEqual([exception, code, asked])
  })

  it('reads the container door, and asks a denied one three times', async () => {
    const token = await served.token()
    const { result, requests } = await botocore('container', '', containerEnvironment(token))
    expect([result, requests]).toEqual([{ key: SECRET_ACCESS_KEY, token: SESSION_TOKEN }, 1])
    const denied = await botocore('container', '', containerEnvironment(token, 'write'))
    expect([denied.result.exception, denied.requests]).toEqual(['CredentialRetrievalError', 3])
  })
})

describe.skipIf(missing.length > 0 && !process.env.CI)('the AWS CLI', () => {
  const sts = (...args: string[]) => ['sts', ...args, '--endpoint-url', `${served.url}/sts`, '--region', 'eu-west-1']

  it('gets credentials at the STS door', async () => {
    const args = ['--role-arn', ROLE, '--role-session-name', 'me', '--web-identity-token', await served.token()]
    const { status, stdout } = await run(CLI, sts('assume-role-with-web-identity', ...args), {})
    expect([status, JSON.parse(stdout).Credentials.SecretAccessKey]).toEqual([0, SECRET_ACCESS_KEY])
  })

  it('takes the credentials of the container door, and is told which action is not answered', async () => {
    const environment = containerEnvironment(await served.token())
    const { result, requests } = await served.counting(() => run(CLI, sts('get-caller-identity'), environment))
    expect(result.stderr).toContain('InvalidAction')
    expect(requests).toBe(2)
  })
})
