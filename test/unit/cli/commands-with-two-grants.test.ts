/** What the commands print of a rule with two grants: it is one more grant, of what both allow. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { runHere } from './run-cli.ts'
import { createTenantFolder, NOW } from './tenant-folder.ts'

const DATA = 'arn:aws:s3:::acme-data'
const folder = await createTenantFolder({
  policy: [
    {
      Sid: 'Own',
      Effect: 'Allow',
      Action: ['s3:GetObject', 's3:PutObject'],
      Resource: `${DATA}/{{user}}/*`,
    },
  ],
})
const document = JSON.parse(await readFile(join(folder.directory, 'acme.json'), 'utf8'))

/** @param action of the second grant */
async function writeDocument(name: string, action: string, grants = ['reports', 'reader']) {
  const { role } = document.grants.reports
  const policy = [
    { Sid: 'Read', Effect: 'Allow', Action: action, Resource: `${DATA}/*`, shared: true },
  ]
  const rules = [
    { name: 'agents', when: '"agents" in claims.groups', grants },
    { name: 'staff', when: '"staff" in claims.groups', grant: 'reports' },
  ]
  const reader = { role, sessionName: '{{user}}', policy }
  const text = { ...document, rules, grants: { ...document.grants, reader } }
  return folder.write(name, JSON.stringify(text))
}
const both = await writeDocument('acme.json', 's3:GetObject')
const token = await folder.write('t.jwt', await folder.sign({ sub: 'alice', groups: ['agents'] }))
const decided = ['--tenants', both, '--now', NOW, '--token', token]

it('validate accepts it, and does not report that nobody gets its second grant', async () => {
  expect(await runHere(['validate', both])).toMatchObject({
    code: 0,
    stdout: '1 document is valid\n',
    stderr: '',
  })
})

it('validate reports where two grants have nothing in common', async () => {
  const { code, stderr } = await runHere([
    ...['validate', await writeDocument('nothing.json', 's3:PutObjectTagging')],
  ])
  expect(code).toBe(1)
  expect(stderr).toContain('no request is allowed by both reports and reader')
  expect(stderr).toContain('in rules[0].grants')
})

it('validate reports a rule that never decides because of an earlier one', async () => {
  const file = await writeDocument('twice.json', 's3:GetObject')
  const text = JSON.parse(await readFile(file, 'utf8'))
  const [first, second] = text.rules
  const again = { ...first, name: 'agents again' }
  await folder.write('twice.json', JSON.stringify({ ...text, rules: [first, second, again] }))
  const { stderr } = await runHere(['validate', file])
  expect(stderr).toContain('the rule "agents again" never decides')
})

it('prove says that it is inside both', async () => {
  const { code, stdout } = await runHere(['prove', both])
  expect(code).toBe(0)
  expect(stdout.slice(stdout.indexOf('  grant reports.reader'))).toBe(
    '  grant reports.reader\n    OwnRead: inside both grants, for the same values of their slots\n',
  )
  const json = await runHere(['prove', '--format', 'json', both])
  const [{ findings }] = JSON.parse(json.stdout)
  expect(findings.at(-1)).toMatchObject({ grant: 'reports.reader', verdict: 'inside-both' })
})

it('can evaluates it', async () => {
  const can = async (action: string) =>
    JSON.parse(
      (await runHere(['can', ...decided, '--format', 'json', action, `${DATA}/alice/a`])).stdout,
    )
  expect(await can('s3:GetObject')).toMatchObject({ verdict: 'allowed', grant: 'reports.reader' })
  expect(await can('s3:PutObject')).toMatchObject({ verdict: 'denied', grant: 'reports.reader' })
})

it('explain shows its name and its policy', async () => {
  const { stdout } = await runHere(['explain', ...decided, '--format', 'json'])
  expect(JSON.parse(stdout)).toMatchObject({
    outcome: 'would-issue',
    rule: 'agents',
    grant: 'reports.reader',
    plan: { sessionPolicy: { Statement: [{ Sid: 'OwnRead', Action: 's3:GetObject' }] } },
  })
})

it('diff reports what its callers gain when one of the two grants allows more', async () => {
  const wider = await writeDocument('wider.json', 's3:*')
  const { code, stdout } = await runHere(['diff', both, wider])
  expect(code).toBe(3)
  expect(stdout).toContain('+ grant reader: statement Read allows')
  expect(stdout).toContain(
    '+ grant reports.reader: statement OwnRead allows, for example s3:putobject on ' +
      `${DATA}/{{user}}/`,
  )
  const swapped = await writeDocument('swapped.json', 's3:GetObject', ['reader', 'reports'])
  const reversed = await runHere(['diff', both, swapped])
  expect(reversed.stdout).toContain('rule agents: the grant reader.reports')
  expect(reversed.stdout).toContain('rule agents: the grant reports.reader')
})
