/** `token-broker explain` and `can` about a caller whose claims are stated, without a token. */
import { describe, expect, it } from 'vitest'
import { makeTemporaryFolder } from '../../fixtures/index.ts'
import { runHere } from './run-cli.ts'
import { createTenantFolder } from './tenant-folder.ts'

const folder = await createTenantFolder(
  {},
  {
    rules: [
      { name: 'office', when: 'request.ip.startsWith("10.")', grant: 'reports' },
      { name: 'sts', when: 'request.endpoint == "sts"', grant: 'reports' },
      { name: 'agents', when: 'actor.claims.role == "agent"', grant: 'reports' },
      { name: 'number', when: 'claims.id == 1234567890123456789', grant: 'reports' },
      { name: 'staff', when: '"staff" in claims.groups', grant: 'reports' },
    ],
  },
)
const STAFF = '{"sub":"alice","groups":["staff"]}'
const NOBODY = '{"sub":"alice"}'
const explain = (...options: string[]) =>
  runHere(['explain', '--tenants', folder.directory, '--format', 'json', ...options])

async function ruleOf(...options: string[]): Promise<unknown> {
  const { stdout, stderr } = await explain(...options)
  expect(stderr).toBe('')
  const { rule, code } = JSON.parse(stdout)
  return rule ?? code
}

it('decides about an object or a file, with the defaults of the only issuer', async () => {
  expect(await ruleOf('--claims', STAFF)).toBe('staff')
  expect(await ruleOf('--claims', await folder.write('claims.txt', STAFF))).toBe('staff')
  expect(await ruleOf('--claims', NOBODY)).toBe('access_denied')
})

it.each<[string, object, string]>([
  ['another audience', { aud: 'other' }, 'access_denied'],
  ['another issuer', { iss: 'https://other.example' }, 'issuer_untrusted'],
  ['an expired token', { iat: 1, exp: 2 }, 'token_expired'],
  ['no subject', { sub: null }, 'invalid_token'],
])('checks the claims: %s', async (_, claims, code) => {
  expect(await ruleOf('--claims', JSON.stringify({ ...JSON.parse(STAFF), ...claims }))).toBe(code)
})

it('reads each option of a request', async () => {
  expect(await ruleOf('--claims', NOBODY, '--ip', '10.1.2.3')).toBe('office')
  expect(await ruleOf('--claims', NOBODY, '--endpoint', 'sts')).toBe('sts')
  expect(await ruleOf('--claims', NOBODY, '--actor-claims', '{"sub":"bot","role":"agent"}')).toBe(
    'agents',
  )
  const { stdout } = await explain('--claims', STAFF, '--duration', '15m')
  expect(JSON.parse(stdout).plan.durationSeconds).toBe(900)
  const narrowed = await explain('--claims', STAFF, '--statements', 'Unknown')
  expect(JSON.parse(narrowed.stdout).code).toBe('access_denied')
})

it('compares an integer of 64 bits exactly', async () => {
  expect(await ruleOf('--claims', '{"sub":"a","id":1234567890123456789}')).toBe('number')
  expect(await ruleOf('--claims', '{"sub":"a","id":1234567890123456788}')).toBe('access_denied')
})

it('says what the session can do', async () => {
  const can = (key: string) =>
    runHere([
      ...['can', '--tenants', folder.directory, '--claims', STAFF],
      ...['s3:GetObject', `arn:aws:s3:::acme-data/${key}`],
    ])
  expect((await can('alice/x')).stdout).toContain('allowed')
  expect((await can('bob/x')).stdout).toContain('denied')
})

describe('an option that cannot be used', () => {
  it.each<[string, string[], string]>([
    ['a token too', ['--claims', STAFF, '--token', 't.jwt'], '--token: expected no token beside'],
    ['a type', ['--claims', STAFF, '--token-type', 'saml2'], '--token-type: expected no token'],
    ['an actor alone', ['--actor-claims', STAFF], '--claims: expected the claims of the subject'],
    ['no object', ['--claims', '{"sub":'], '--claims: the object is not JSON'],
    ['no file', ['--claims', `${makeTemporaryFolder()}/none`], 'no such file or directory'],
    ['twice a name', ['--claims', '{"sub":"a","sub":"b"}'], 'duplicate member name'],
    ['no address', ['--claims', STAFF, '--ip', 'office'], '--ip: expected an IPv4 or IPv6'],
    ['no time', ['--claims', STAFF, '--duration', '1d'], '--duration: expected a time from 15m'],
    ['no endpoint', ['--claims', STAFF, '--endpoint', 'https://x'], '--endpoint'],
  ])('%s', async (_, options, message) => {
    const { code, stdout, stderr } = await explain(...options)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain(message)
  })
})
