/** A directory with a tenant document that contains its issuer's key, and tokens of that issuer. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { makeTemporaryFolder } from '../../fixtures/index.ts'

const ISSUER = 'https://idp.example.com'
export const NOW = '2026-01-31T12:00:00Z'

export interface TenantFolder {
  readonly directory: string
  sign(claims: Record<string, unknown>): Promise<string>
  /** @returns the path of the file */
  write(name: string, text: string): Promise<string>
}

/**
 * For one test file.
 * @param grant members of the grant, in place of the usual ones
 * @param fields of the document, in place of the usual ones
 * @param others grants besides the usual one
 */
export async function createTenantFolder(
  grant: object = {},
  fields: object = {},
  others: object = {},
): Promise<TenantFolder> {
  const { privateKey, publicKey } = await generateKeyPair('ES256')
  const directory = makeTemporaryFolder()
  const write = async (name: string, text: string) => {
    const file = join(directory, name)
    await writeFile(file, text)
    return file
  }
  const key = { ...(await exportJWK(publicKey)), kid: 'key-1', alg: 'ES256' }
  await write('acme.json', JSON.stringify({ ...acmeDocument(key, grant, others), ...fields }))
  const at = Date.parse(NOW) / 1000
  return {
    directory,
    write,
    sign: (claims) =>
      new SignJWT({ iss: ISSUER, aud: 'demo', iat: at - 10, exp: at + 300, ...claims })
        .setProtectedHeader({ alg: 'ES256', kid: 'key-1' })
        .sign(privateKey),
  }
}

function acmeDocument(key: object, grant: object, others: object) {
  return {
    tenant: 'acme',
    issuers: [
      {
        issuer: ISSUER,
        verify: { kind: 'jwt', keys: [key] },
        audiences: ['demo'],
        algorithms: ['ES256'],
      },
    ],
    attributes: { user: { from: 'claims.sub' } },
    rules: [{ name: 'staff read reports', when: '"staff" in claims.groups', grant: 'reports' }],
    grants: {
      reports: {
        role: 'arn:aws:iam::111122223333:role/acme-app',
        webIdentity: 'minted',
        sessionName: '{{user}}',
        policy: [
          {
            Sid: 'ReadOwn',
            Effect: 'Allow',
            Action: ['s3:GetObject'],
            Resource: 'arn:aws:s3:::acme-data/{{user}}/*',
          },
        ],
        ...grant,
      },
      ...others,
    },
  }
}
