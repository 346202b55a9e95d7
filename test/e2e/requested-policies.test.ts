/** Session policies that callers request: what is narrower works at the local STS, and no other. */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { startRuntime } from '../../packages/local/src/runtime.ts'
import { filesAndServices } from '../fixtures/files-and-services.ts'
import { closeAfterTests, makeTemporaryFolder, startIssuer } from '../fixtures/index.ts'
import { NARROWER_POLICIES } from '../fixtures/narrower-policies.ts'
import { WIDER_STATEMENTS } from '../fixtures/wider-policies.ts'

const issuer = await closeAfterTests(startIssuer())
const tenantsDir = makeTemporaryFolder()
writeFileSync(path.join(tenantsDir, 'acme.yaml'), filesAndServices(issuer.url))
const { brokerUrl } = await closeAfterTests(
  startRuntime({ brokerPort: 0, idpPort: 0, stsPort: 0, noIdp: true, tenantsDir }),
)
const token = await issuer.token({ team: 'red' })

it('60 policies that clients write are accepted, and STS issues credentials', async () => {
  expect(NARROWER_POLICIES.length).toBeGreaterThanOrEqual(60)
  const refused: string[] = []
  for (const { wants, grant, statements } of NARROWER_POLICIES) {
    const { status, json } = await request(grant, statements)
    if (status !== 200) refused.push(`${wants}: ${json.code} ${json.detail}`)
    else expect(json.credentials.sessionToken).toEqual(expect.any(String))
  }
  expect(refused).toEqual([])
}, 60_000)

describe('a policy that is wider is refused, and the refusal says why', () => {
  const REASONS = {
    action: /does not allow [^/]+; remove it/,
    resource: / on .+; narrow the resource/,
    condition: /only under .+; (?:narrow the condition|add the conditions of the grant)/,
  }

  it.each(WIDER_STATEMENTS)('$grant: $how', async ({ grant, statement, part }) => {
    const { status, json } = await request(grant, [statement])
    expect({ status, code: json.code }).toEqual({ status: 403, code: 'access_denied' })
    expect(json.detail).toMatch(/^Statement 1 of the session policy allows more than the grant: /)
    expect(json.detail).toMatch(REASONS[part])
  })
})

async function request(grant: string, Statement: readonly object[]) {
  const response = await fetch(`${brokerUrl}/v1/credentials`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ grant, policy: { Version: '2012-10-17', Statement } }),
  })
  const json = JSON.parse(await response.text())
  return { status: response.status, json }
}
