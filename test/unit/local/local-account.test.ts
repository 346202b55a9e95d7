/** What the local account has: its owner's key, buckets, origins, and the policies of its roles. */
import { mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fromIni } from '@aws-sdk/credential-providers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { compileTenants } from '../../../packages/core/src/document/index.ts'
import { knownPolicies, rolesForTenants } from '../../../packages/local/src/local-sts/roles.ts'
import { ownerCredentials } from '../../../packages/local/src/owner-credentials.ts'
import { bucketsOfTenants, originsOfTenants } from '../../../packages/local/src/tenants-account.ts'

describe("the owner's credentials", () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'owner-credentials-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it('are in a file that the AWS SDK reads, and that only this user can read', async () => {
    const { key, file } = await ownerCredentials(path.join(folder, 'new/data'))
    const read = await fromIni({ filepath: file, profile: 'local-owner' })()
    expect(read).toMatchObject(key)
    expect(read.sessionToken).toBeUndefined()
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  it('are random, and the same in each run with one folder', async () => {
    const { key } = await ownerCredentials(folder)
    expect((await ownerCredentials(folder)).key).toEqual(key)
    expect((await ownerCredentials(path.join(folder, 'other'))).key).not.toEqual(key)
  })

  it('refuses a file that is not its own', async () => {
    const file = path.join(folder, 'local-owner-credentials')
    writeFileSync(file, '[default]\naws_access_key_id = AKIAOTHER\n')
    await expect(ownerCredentials(folder)).rejects.toThrow('expected the file of an earlier run')
    expect(await readFile(file, 'utf8')).toContain('AKIAOTHER')
  })

  it('writes through no link, and refuses a folder that it cannot use', async () => {
    const target = path.join(folder, 'target')
    symlinkSync(target, path.join(folder, 'local-owner-credentials'))
    await expect(ownerCredentials(folder)).rejects.toThrow('cannot be used')
    await expect(readFile(target)).rejects.toThrow('ENOENT')
    writeFileSync(path.join(folder, 'file'), '')
    await expect(ownerCredentials(path.join(folder, 'file'))).rejects.toThrow(
      '--data (BROKER_DATA): the folder',
    )
  })
})

const DOCUMENT = `
tenant: acme
issuers: [{ issuer: 'https://id.example', audiences: [app] }]
attributes: { user: { from: claims.sub } }
rules: [{ name: all, grant: own }]
grants:
  own:
    role: arn:aws:iam::111122223333:role/created
    createRole: true
    permissionsBoundary: arn:aws:iam::111122223333:policy/boundary
    sessionTags: { user: '{{user}}' }
    policy:
      - { Effect: Allow, Action: 's3:GetObject', Resource: 'arn:aws:s3:::files/{{user}}/*' }
      - { Effect: Allow, Action: 's3:ListBucket', Resource: ['arn:aws:s3:::files', '*'] }
  other:
    role: arn:aws:iam::111122223333:role/existing
    policy:
      - Effect: Allow
        Action: [s3:GetObject, dynamodb:GetItem]
        Resource: ['arn:aws:s3:::a*', 'arn:aws:s3:::b.c-d/x', 'arn:aws:dynamodb:eu:1:table/t']
      - { Effect: Deny, Action: 's3:*', NotResource: 'arn:aws:s3:::not-created/*' }
allowedOrigins: ['https://app.example', 'https://admin.example']
`
const { tenants, errors } = compileTenants([{ file: 'acme.yaml', text: DOCUMENT }])

it('has the buckets and the pages that the tenants name literally', () => {
  expect(errors).toEqual([])
  expect(bucketsOfTenants(tenants)).toEqual(['b.c-d', 'files'])
  expect(originsOfTenants(tenants)).toEqual(['https://admin.example', 'https://app.example'])
})

it('knows the policies of created roles, and of no others', () => {
  const policies = knownPolicies(rolesForTenants(tenants, 'http://127.0.0.1:8787'))
  expect([...policies.keys()]).toEqual(['arn:aws:iam::111122223333:role/created'])
  expect([...policies.values()][0]?.[0]).toMatchObject({
    Resource: 'arn:aws:s3:::files/${aws:PrincipalTag/user}/*',
  })
})
