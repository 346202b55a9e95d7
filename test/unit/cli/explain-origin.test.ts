/** `token-broker explain --origin`: whether a browser lets a page read the response. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { makeTemporaryFolder, tenantDocument } from '../../fixtures/index.ts'
import { runHere } from './run-cli.ts'

const directory = makeTemporaryFolder()
const ORIGIN = 'https://app.acme.example'
for (const [tenant, origins] of [
  ['acme', [ORIGIN, 'capacitor://localhost']],
  ['beta', ['https://beta.example']],
] as const) {
  const document = tenantDocument(tenant, `https://id.${tenant}.example`, {
    allowedOrigins: origins,
  })
  await writeFile(join(directory, `${tenant}.yaml`), document)
}
const ACME = '{"iss":"https://id.acme.example","sub":"alice"}'

async function explain(origin: string, claims = ACME, ...more: readonly string[]) {
  const options = ['--tenants', directory, '--claims', claims, '--origin', origin]
  return runHere(['explain', ...options, ...more])
}

it.each([
  [ORIGIN, 'may read the response: allowedOrigins of acme lists it'],
  ['capacitor://localhost', 'may read the response: allowedOrigins of acme lists it'],
  [
    'http://app.acme.example',
    'may not read the response: allowedOrigins of acme does not list it; add it there; did you ' +
      `mean ${ORIGIN}?`,
  ],
  [
    'https://beta.example',
    'may not read the response: allowedOrigins of acme does not list it; add it there; beta has ' +
      'it, and is another tenant',
  ],
  [
    'null',
    'may not read the response: pages of files and of sandboxed frames have it, and no document ' +
      'can allow it',
  ],
])('pages of %s', async (origin, verdict) => {
  const { code, stdout } = await explain(origin)
  expect([code, stdout.trimEnd().split('\n').at(-1)]).toEqual([0, `pages of ${origin} ${verdict}`])
})

it('may read a refusal where any tenant lists the origin', async () => {
  const blocked = '{"iss":"https://id.acme.example","sub":"alice","blocked":true}'
  const { code, stdout } = await explain('https://beta.example', blocked)
  expect([code, stdout]).toEqual([3, expect.stringContaining('may read the response')])
  const other = await explain('https://other.test', blocked)
  expect(other.stdout).toContain('allowedOrigins of any document does not list it')
})

it('is a member of the JSON', async () => {
  const { stdout } = await explain(ORIGIN, ACME, '--format', 'json')
  expect(JSON.parse(stdout)).toMatchObject({
    outcome: 'would-issue',
    origin: { origin: ORIGIN, allowed: true, tenants: ['acme'] },
  })
})

it.each([
  ['https://app.acme.example/', 'did you mean "https://app.acme.example"?'],
  ['https://App.acme.example/page?x', 'did you mean "https://app.acme.example"?'],
  ['https://app.acme.example:443', 'did you mean "https://app.acme.example"?'],
  ['app.acme.example', 'found "app.acme.example"'],
])('%s is not what a browser sends', async (origin, problem) => {
  const { code, stderr } = await explain(origin)
  expect([code, stderr]).toEqual([1, expect.stringContaining('--origin: expected an origin as')])
  expect(stderr).toContain(problem)
})
