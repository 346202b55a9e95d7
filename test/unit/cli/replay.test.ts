/** `token-broker replay` and `explain --request-id`: what they print, and their exit codes. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { makeTemporaryFolder } from '../../fixtures/index.ts'
import { recordDecisions } from '../replay/recorded-decisions.ts'
import { runHere } from './run-cli.ts'

/** Alice reads, carol writes, bob is blocked. */
const { text, lines } = await recordDecisions()
const RULE = "'claims.blocked != true || !has(claims.blocked)'"
const WITHOUT_ALICE = `'claims.sub != "alice"'`
const [first, second] = lines.map((line): string => JSON.parse(line).requestId)
const folder = makeTemporaryFolder()
const log = write('broker.log', `${lines.join('\n')}\nSTART RequestId: 1\n`)
const same = write('acme.yaml', text)

function write(name: string, content: string): string {
  const file = join(folder, name)
  writeFileSync(file, content)
  return file
}

function changed(name: string, from: string, to: string): string {
  expect(text).toContain(from)
  return write(name, text.replace(from, to))
}

describe('replay', () => {
  it('ends with 0 where the documents decide as they did', async () => {
    const { code, stdout, stderr } = await runHere(['replay', same, '--records', log])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toBe(
      '3 decisions made again: 0 gained, 0 lost, 0 changed, 0 refused for another reason, 3 the ' +
        'same\n1 lines that are no audit records\n',
    )
  })

  it('lists who gains, who loses and what changes, with a request of each', async () => {
    const file = changed('new.yaml', RULE, WITHOUT_ALICE)
    const { code, stdout } = await runHere(['replay', file, '--records', log])
    expect(code).toBe(3)
    const [tenant, gain, loss] = stdout.split('\n')
    expect(tenant).toBe('acme')
    expect(gain).toMatch(
      /^ {2}\+ bob of http:.*: refused: access_denied → grant read by everybody reads, 1 request,/,
    )
    expect(loss).toMatch(/^ {2}- alice of http:.*: grant read by .* → refused: access_denied/)
    expect(stdout).toContain(
      '1 gained, 1 lost, 0 changed, 0 refused for another reason, 1 the same',
    )
  })

  it('prints as JSON what of a session changes', async () => {
    const file = changed('narrow.yaml', 's3:GetObject', 's3:GetObjectVersion')
    const { code, stdout } = await runHere([
      ...['replay', '--format', 'json', file, '--records', log],
    ])
    expect(code).toBe(3)
    expect(JSON.parse(stdout)).toMatchObject({
      compared: 3,
      same: 2,
      requests: { gain: 0, loss: 0, change: 1, refusal: 0 },
      changes: [
        {
          ...{ effect: 'change', tenant: 'acme', subject: 'alice', count: 1 },
          ...{ differences: ['policySha256'], example: first },
        },
      ],
    })
  })

  it('counts the other refusals, and ends with 0 where access is the same', async () => {
    const file = changed('reason.yaml', 'everybody reads', 'all others read')
    const records = write('refusals.log', String(lines[2]))
    const { code, stdout } = await runHere(['replay', file, '--records', records])
    expect(code).toBe(0)
    expect(stdout).toContain('1 refused for another reason, 0 the same')
  })

  it('ends with 5 where no record can be decided again', async () => {
    const line = JSON.stringify({ ...JSON.parse(lines[0] ?? ''), inputs: undefined })
    const other = JSON.stringify({ ...JSON.parse(lines[0] ?? ''), tenant: '\u001b[31mbeta' })
    const broken = JSON.stringify({ ...JSON.parse(lines[0] ?? ''), inputs: { token: 1 } })
    const records = write('others.log', [line, other, broken].join('\n'))
    const { code, stdout } = await runHere(['replay', same, '--records', records])
    expect(code).toBe(5)
    expect(stdout).toContain('1 records without inputs')
    expect(stdout).toContain('1 records of tenants without a document here: \\u001b[31mbeta')
    expect(stdout).toContain('1 records with malformed inputs')
  })

  it('ends with 1 for an invalid document, or a file that is not there', async () => {
    const invalid = changed('invalid.yaml', 'rules:', 'rulez:')
    expect((await runHere(['replay', invalid, '--records', log])).code).toBe(1)
    expect((await runHere(['replay', same, '--records', join(folder, 'no.log')])).code).toBe(1)
  })
})

describe('explain --request-id', () => {
  const explain = (id: string, file = same, ...others: string[]) =>
    runHere(['explain', '--request-id', id, '--records', log, '--tenants', file, ...others])

  it('shows every check of a recorded request, and that it was decided so', async () => {
    const { code, stdout } = await explain(String(second))
    expect(code).toBe(0)
    expect(stdout).toContain('rule "admins write"')
    expect(stdout).toContain('would issue')
    expect(stdout).toMatch(/recorded 20.*: issued; the same decision\n$/)
  })

  it('shows what differs from the record', async () => {
    const file = changed('explained.yaml', RULE, WITHOUT_ALICE)
    const { code, stdout } = await explain(String(first), file)
    expect(code).toBe(3)
    expect(stdout).toMatch(/recorded 20.*: issued; another decision\n/)
    expect(stdout).toContain('outcome           issued → refused')
    const { recorded } = JSON.parse((await explain(String(first), file, '--format', 'json')).stdout)
    expect(recorded.differences).toContainEqual({
      ...{ member: 'grant', recorded: 'read' },
    })
  })

  it.each([
    [['explain', '--request-id', 'request-9', '--records', log], 'found no record of "request-9"'],
    [['explain', '--request-id', 'request-1', '--records', log, '--claims', '{}'], '--claims:'],
    [['explain', '--records', log], 'expected --request-id ID'],
    [['explain', '--request-id', 'a', '--records', log, '--log-group', 'b'], '--log-group:'],
  ])('refuses %j', async (args, message) => {
    const { code, stderr } = await runHere([...args, '--tenants', same])
    expect(code).toBe(1)
    expect(stderr).toContain(message)
  })
})
