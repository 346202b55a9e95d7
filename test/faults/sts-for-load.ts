/** An STS for load: each call gets an access key of its own, in the session that the call named, and a foreign policy is told. */
import { createServer } from 'node:http'
import { closeServer, listen } from '../fixtures/issuer-server.ts'

export interface StsForLoad {
  readonly url: string
  /** Session names whose policy reaches beyond the session's own user. */
  readonly foreign: readonly string[]
  close(): Promise<void>
}

export async function startStsForLoad(): Promise<StsForLoad> {
  const foreign: string[] = []
  let calls = 0
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const form = new URLSearchParams(Buffer.concat(chunks).toString())
      const session = form.get('RoleSessionName') ?? ''
      const user = session.replace(/-[^-]*$/, '')
      const { Statement } = JSON.parse(form.get('Policy') ?? '{}')
      if (Statement?.[0]?.Resource !== `arn:aws:s3:::acme/${user}/*` || Statement.length !== 1)
        foreign.push(session)
      response.setHeader('content-type', 'text/xml').end(answerOf(session, ++calls))
    })
  })
  return { url: await listen(server), foreign, close: () => closeServer(server) }
}

function answerOf(session: string, call: number): string {
  return `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult>
<AssumedRoleUser><Arn>arn:aws:sts::111122223333:assumed-role/app/${session}</Arn><AssumedRoleId>AROA0:${session}</AssumedRoleId></AssumedRoleUser>
<Credentials><AccessKeyId>ASIA${String(call).padStart(16, '0')}</AccessKeyId><SecretAccessKey>secret</SecretAccessKey>
<SessionToken>session</SessionToken><Expiration>2030-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleWithWebIdentityResult>
<ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></AssumeRoleWithWebIdentityResponse>`
}
