/** An STS that issues a new access key per call, and records sessions with a foreign policy. */
import { startServer } from '../fixtures/http-server.ts'

export interface StsForLoad {
  readonly url: string
  /** Names of sessions with a policy for more than the user of the session. */
  readonly foreign: readonly string[]
  close(): Promise<void>
}

export async function startStsForLoad(): Promise<StsForLoad> {
  const foreign: string[] = []
  let calls = 0
  const { url, close } = await startServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const form = new URLSearchParams(Buffer.concat(chunks).toString())
      const session = form.get('RoleSessionName') ?? ''
      const user = session.replace(/-[^-]*$/, '')
      const { Statement } = JSON.parse(form.get('Policy') ?? '{}')
      if (Statement?.[0]?.Resource !== `arn:aws:s3:::acme/${user}/*` || Statement.length !== 1)
        foreign.push(session)
      response.setHeader('content-type', 'text/xml').end(successXml(session, ++calls))
    })
  })
  return { url, foreign, close }
}

function successXml(session: string, call: number): string {
  const accessKeyId = `ASIA${String(call).padStart(16, '0')}`
  return `
<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <AssumeRoleWithWebIdentityResult>
    <AssumedRoleUser>
      <Arn>arn:aws:sts::111122223333:assumed-role/app/${session}</Arn>
      <AssumedRoleId>AROA0:${session}</AssumedRoleId>
    </AssumedRoleUser>
    <Credentials>
      <AccessKeyId>${accessKeyId}</AccessKeyId>
      <SecretAccessKey>secret</SecretAccessKey>
      <SessionToken>session</SessionToken>
      <Expiration>2030-01-01T00:00:00Z</Expiration>
    </Credentials>
  </AssumeRoleWithWebIdentityResult>
  <ResponseMetadata><RequestId>r</RequestId></ResponseMetadata>
</AssumeRoleWithWebIdentityResponse>`.trim()
}
