/** The local runtime with S3 and DynamoDB: roles with policies, kept data, flags, and its end. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb'
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { fromIni } from '@aws-sdk/credential-providers'
import { describe, expect, it } from 'vitest'
import { asRecord, demoToken, postJson } from '../../packages/local/src/demo/demo-client.ts'
import {
  type Runtime,
  type RuntimeOptions,
  startRuntime,
} from '../../packages/local/src/runtime.ts'
import { skipsPython } from '../compat/python-programs.ts'
import { runProgram } from '../compat/run-program.ts'
import { codeBlocks, readPage, sectionOf } from '../docs/markdown.ts'
import { findFreePort } from '../fixtures/free-port.ts'
import { closeAfterTests, makeTemporaryFolder } from '../fixtures/index.ts'
import { spawnTied } from '../fixtures/spawn-tied.ts'

const MAIN = path.join(import.meta.dirname, '../../packages/local/src/main.ts')
const UPLOADS = 'arn:aws:iam::111122223333:role/acme-uploads'
const OWN = { Bucket: 'acme-uploads', Key: 'alice/notes.txt' }
const ALL = { Effect: 'Allow', Action: '*', Resource: '*' }

describe('the policy of a role', () => {
  it('limits a session more than its session policy does', async () => {
    const lines: string[] = []
    const policy = {
      Version: '2012-10-17',
      Statement: [ALL, { ...ALL, ...denyOf('s3:PutObject') }],
    }
    const s3 = await aliceWith({ policy }, lines)
    await expect(s3.send(new PutObjectCommand({ ...OWN, Body: 'a' }))).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringMatching(/with an explicit deny in an identity-based policy$/),
    })
    await expect(s3.send(new GetObjectCommand(OWN))).rejects.toMatchObject({ name: 'AccessDenied' })
    expect(lines.some((line) => line.includes('role policy: denied by statement NoWriting'))).toBe(
      true,
    )
    expect(lines.filter((line) => line.includes('only session policies limit'))).toEqual([])
  })

  it('is everything by default, so that the session policy alone limits', async () => {
    const lines: string[] = []
    const s3 = await aliceWith({}, lines)
    await s3.send(new PutObjectCommand({ ...OWN, Body: 'a' }))
    const foreign = { ...OWN, Key: 'bob/notes.txt', Body: 'a' }
    await expect(s3.send(new PutObjectCommand(foreign))).rejects.toMatchObject({
      message: expect.stringMatching(/because no session policy allows the s3:PutObject action$/),
    })
    expect(lines).toContainEqual(expect.stringMatching(/only session policies .*: acme-uploads \(/))
  })
})

it('keeps objects, and the key of the owner, in the folder of data', async () => {
  const dataDir = makeTemporaryFolder()
  const first = await start({ dataDir })
  const credentials = first.aws?.sessions.owner
  await (await ownerOf(first)).send(new PutObjectCommand({ ...OWN, Body: 'kept' }))
  await first.close()
  const second = await start({ dataDir })
  expect(second.aws?.sessions.owner).toEqual(credentials)
  const { Body } = await (await ownerOf(second)).send(new GetObjectCommand(OWN))
  expect(await Body?.transformToString()).toBe('kept')
})

it('serves DynamoDB to the owner, and neither service to an unknown key', async () => {
  const { aws } = await start({})
  const options = { region: 'eu-west-1', endpoint: aws?.dynamodbUrl ?? '', maxAttempts: 1 }
  const filepath = aws?.ownerCredentialsFile ?? ''
  const owner = new DynamoDBClient({
    ...{ ...options, credentials: fromIni({ filepath, profile: 'local-owner' }) },
  })
  expect((await owner.send(new ListTablesCommand({}))).TableNames).toEqual([])
  const credentials = { accessKeyId: 'AKIANONE', secretAccessKey: 'none' }
  const unknown = new DynamoDBClient({ ...options, credentials })
  await expect(unknown.send(new ListTablesCommand({}))).rejects.toMatchObject({
    name: 'UnrecognizedClientException',
  })
  const s3 = new S3Client({
    ...{ ...options, endpoint: aws?.s3Url ?? '', forcePathStyle: true, credentials },
  })
  await expect(s3.send(new GetObjectCommand(OWN))).rejects.toMatchObject({
    name: 'InvalidAccessKeyId',
  })
})

it.skipIf(skipsPython())(
  'lets the owner create a table as the documentation shows',
  async () => {
    const { aws } = await start({})
    const section = sectionOf(readPage('packages/local/README.md'), '## The local account')
    const command = (codeBlocks(section, 'sh')[0] ?? '')
      .replace(/\/tmp\/\S+-credentials/, aws?.ownerCredentialsFile ?? '')
      .replace('http://127.0.0.1:8791', aws?.dynamodbUrl ?? '')
    const env = { PATH: `/usr/bin:/bin:${process.env.PATH}` }
    const { status, stdout, stderr } = await runProgram('/bin/bash', ['-c', command], { env })
    expect(status, stderr).toBe(0)
    expect(JSON.parse(stdout).TableDescription.TableName).toBe('notes')
  },
  60_000,
)

describe('npm start', () => {
  it('prints the services, and deletes its files when it is stopped', async () => {
    const started = await startMain('--s3-port', '0', '--dynamodb-port', '0')
    const { lines } = started
    expect(lines.some((line) => /^S3 {8}http:\/\/127\.0\.0\.1:\d+$/.test(line))).toBe(true)
    expect(lines.some((line) => /^DynamoDB {2}http:\/\/127\.0\.0\.1:\d+$/.test(line))).toBe(true)
    const owner = lines.find((line) => line.startsWith('owner ')) ?? ''
    const file = owner.split(' in ')[1] ?? ''
    const [, secret = 'none'] = /secret_access_key = (\S+)/.exec(readFileSync(file, 'utf8')) ?? []
    expect(lines.join('\n')).not.toContain(secret)
    await started.end()
    expect(existsSync(file)).toBe(false)
  })

  it.each([
    ['--no-aws', []],
    ['--sts', ['http://127.0.0.1:9']],
  ])('starts neither with %s', async (flag, values) => {
    const { lines, end } = await startMain(flag, ...values)
    expect(lines.filter((line) => /^(S3|DynamoDB|owner) /.test(line))).toEqual([])
    await end()
  })
})

/** @param flags as well as those that select free ports */
async function startMain(...flags: readonly string[]) {
  const ports = ['--port', '0', '--sts-port', '0', '--no-idp']
  const { stdout, ended, end } = spawnTied(process.execPath, [MAIN, ...ports, ...flags], {
    env: { PATH: process.env.PATH },
  })
  const lines: string[] = []
  const ready = new Promise<void>((resolve) => {
    createInterface(stdout).on('line', (line) => {
      lines.push(line)
      if (line === 'ready') resolve()
    })
  })
  await Promise.race([ready, ended])
  return { lines, end }
}

function start(more: Partial<RuntimeOptions>): Promise<Runtime> {
  const aws = { s3Port: 0, dynamodbPort: 0 }
  return closeAfterTests(startRuntime({ brokerPort: 0, idpPort: 0, stsPort: 0, aws, ...more }))
}

async function ownerOf({ aws }: Runtime): Promise<S3Client> {
  const filepath = aws?.ownerCredentialsFile ?? ''
  const credentials = fromIni({ filepath, profile: 'local-owner' })
  return clientOf(aws?.s3Url, await credentials())
}

function clientOf(
  endpoint: string | undefined,
  credentials: { readonly accessKeyId: string; readonly secretAccessKey: string },
): S3Client {
  return new S3Client({
    ...{ region: 'eu-west-1', endpoint: endpoint ?? '', forcePathStyle: true, maxAttempts: 1 },
    credentials,
  })
}

/** A client with alice's session of a role from `--roles`. */
async function aliceWith(role: object, lines: string[]): Promise<S3Client> {
  const idpPort = await findFreePort()
  const provider = `127.0.0.1:${idpPort}`
  const trust = {
    Effect: 'Allow',
    Principal: { Federated: `arn:aws:iam::111122223333:oidc-provider/${provider}` },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: { StringEquals: { [`${provider}:aud`]: 'demo' } },
  }
  const rolesFile = path.join(makeTemporaryFolder(), 'roles.json')
  const trustPolicy = { Version: '2012-10-17', Statement: [trust] }
  writeFileSync(rolesFile, JSON.stringify({ [UPLOADS]: { trustPolicy, ...role } }))
  const { aws, idpUrl, brokerUrl } = await start({
    ...{ idpPort, rolesFile, log: (line) => lines.push(line) },
  })
  const token = await demoToken(idpUrl, { username: 'alice', token: 'id_token' })
  const { body } = await postJson(`${brokerUrl}/v1/credentials`, token, { grant: 'uploads' })
  const { accessKeyId, secretAccessKey, sessionToken } = asRecord(body.credentials)
  return clientOf(aws?.s3Url, {
    ...{ accessKeyId: String(accessKeyId), secretAccessKey: String(secretAccessKey) },
    ...{ sessionToken: String(sessionToken) },
  })
}

function denyOf(Action: string) {
  return { Sid: 'NoWriting', Effect: 'Deny', Action }
}
