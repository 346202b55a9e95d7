/** The commands of the README work when they are pasted, and print what the README shows. */
import { spawnSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { codeBlocks, readPage, sectionOf, tableRows } from './markdown.ts'
import { type Pasted, pasteCommands } from './pasted-commands.ts'

const README = readPage('README.md')
/** It is optional for a reader, and required in CI. */
const HAS_AWS_CLI = process.env.CI !== undefined || spawnSync('aws', ['--version']).status === 0
const TRACE_PAGE = readPage('packages/core/docs/decision-trace.md')

let pasted: Pasted
afterAll(() => pasted?.close())

/** Runs the shell blocks of a section before its tests. */
function paste(heading: string): void {
  beforeAll(async () => {
    await pasted?.close()
    pasted = await pasteCommands(codeBlocks(sectionOf(README, heading), 'sh'))
  })
}

const outputOf = (index: number) => pasted.outputs.at(index) ?? ''

describe('quick start', () => {
  paste('## Quick start')
  const shown = codeBlocks(sectionOf(README, '## What it looks like'), 'json')
  const shownJson = (index: number) => JSON.parse(pasted.withPorts(shown[index] ?? ''))
  const record = () => pasted.auditRecords().find(({ code }) => code === 'claim_unusable') ?? {}

  it('gets credentials for alice', () => {
    const issued = JSON.parse(outputOf(0))
    expect(issued).toMatchObject({ tenant: 'acme', grant: 'reports' })
    expect(issued.credentials.accessKeyId).toMatch(/^ASIA/)
  })

  it('refuses mallory with the problem that is shown', () => {
    const { requestId, ...problem } = JSON.parse(outputOf(1))
    expect(problem).toEqual(withoutId(shownJson(0)))
    expect(record().requestId).toBe(requestId)
  })

  it('writes the audit record that is shown', () => {
    expect(record()).toMatchObject(withoutId(shownJson(1)))
  })

  it('explains the refusal with the checks that are shown', () => {
    const { trace } = JSON.parse(outputOf(2))
    const checks = shownJson(2)
    expect(trace.slice(-checks.length)).toEqual(checks)
    expect(README.replaceAll('\n', ' ')).toContain(`the last three of ${trace.length}:`)
  })

  it('gets credentials for alice with an opaque token', () => {
    const issued = JSON.parse(outputOf(3))
    expect(issued).toMatchObject({ tenant: 'gamma', grant: 'downloads' })
    expect(pasted.auditRecords()).toContainEqual(
      expect.objectContaining({ tenant: 'gamma', subject: 'alice', outcome: 'issued' }),
    )
  })

  it('gives a partner that acts for a user its own grant, and none of the user’s', () => {
    const [issued, refused] = outputOf(4).trim().split('\n')
    expect(JSON.parse(issued ?? '')).toMatchObject({ tenant: 'delta', grant: 'deliveries' })
    expect(JSON.parse(refused ?? '')).toMatchObject({ code: 'access_denied' })
    expect(pasted.auditRecords()).toContainEqual(
      expect.objectContaining({
        subject: 'dora',
        actor: expect.objectContaining({ subject: 'courier' }),
        outcome: 'issued',
      }),
    )
  })

  it('gives a guest of an identity pool credentials, and alice her own identity', () => {
    const [guest, alice] = outputOf(5)
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(guest.IdentityId).toMatch(/^eu-central-1:[89a-f]/)
    expect(alice.IdentityId).toMatch(/^eu-central-1:[0-7]/)
    for (const { Credentials } of [guest, alice]) expect(Credentials.AccessKeyId).toMatch(/^ASIA/)
    const issued = (identityId: string, grant: string) =>
      expect.objectContaining({ endpoint: 'cognito', outcome: 'issued', identityId, grant })
    expect(pasted.auditRecords()).toContainEqual(issued(guest.IdentityId, 'guests'))
    expect(pasted.auditRecords()).toContainEqual(issued(alice.IdentityId, 'reports'))
  })

  it('stores and reads an object of alice, and says why she may not store one of bob', () => {
    const shown = codeBlocks(sectionOf(README, '## Quick start'), '').at(-1)
    expect(outputOf(6).trim()).toBe(shown?.trim())
  })

  it.runIf(HAS_AWS_CLI)('copies to S3 with the AWS CLI what alice may store', async () => {
    expect(outputOf(7)).toContain('upload: ./notes.txt to s3://acme-uploads/alice/notes.txt')
    const copied = await pasted.run('s3 cp s3://acme-uploads/alice/notes.txt -')
    expect(copied.trim()).toBe('Notes of alice')
    const denied = await pasted.run('s3 cp notes.txt s3://acme-uploads/bob/notes.txt 2>&1 || true')
    const [message = ''] = /An error occurred .*/.exec(denied) ?? []
    const withoutName = message.replace(/(acme-uploads)\/alice-\S+/, '$1/…').trim()
    expect(README.replaceAll('\n', ' ')).toContain(`\`${withoutName}\``)
  })

  it('prints commands with which the AWS CLI uses S3', async () => {
    const definition = /^s3\(\) \(\n(?: {2}.*\n)+\)$/m
    const [printed] = definition.exec(pasted.startText()) ?? []
    const [shown = ''] = definition.exec(README) ?? []
    expect(printed).toBe(pasted.withPorts(shown).replace('$(login alice)', '$TOKEN'))
  })

  it('prints commands that get credentials when they are pasted', async () => {
    const tenants: string[] = []
    for (const [command] of pasted.startText().matchAll(/^TOKEN=.*\ncurl .*$/gm)) {
      const { tenant, credentials } = JSON.parse(await pasted.run(command))
      expect(credentials.accessKeyId).toMatch(/^ASIA/)
      tenants.push(tenant)
    }
    expect(tenants).toEqual(['acme', 'beta', 'delta', 'gamma'])
  })

  it('has the routes that are listed', async () => {
    const routes = tableRows(sectionOf(README, '## Endpoints'))
      .flatMap(([cell = '']) => [...cell.matchAll(/`(GET|POST) (\S+)`/g)])
      .map(([, method = '', route = '']) => ({ method, route }))
    expect(routes.length).toBeGreaterThan(8)
    for (const { method, route } of routes) {
      const url = pasted.withPorts(`http://127.0.0.1:8787${route.replaceAll(/[{}]/g, '')}`)
      const { status } = await fetch(url, { method })
      expect([404, 405], `${method} ${route}`).not.toContain(status)
    }
  })

  it('documents each field of the audit record and each check of the trace', () => {
    const records = pasted.auditRecords()
    const fields = new Set(records.flatMap((one) => Object.keys(one)))
    expect([...fields].filter((field) => !TRACE_PAGE.includes(`\`${field}\``))).toEqual([])
    const { trace } = JSON.parse(outputOf(2))
    expect(undocumentedChecks(trace)).toEqual([])
  })
})

describe('your own identity provider', () => {
  const heading = '## Your own identity provider in ten minutes'
  paste(heading)

  it('gets credentials for an employee', () => {
    expect(JSON.parse(outputOf(-3))).toMatchObject({ tenant: 'my-company', grant: 'team-files' })
    expect(pasted.auditRecords()[0]).toMatchObject({ outcome: 'issued', subject: 'dana' })
  })

  it('refuses a guest, and prints the checks that are shown', () => {
    expect(JSON.parse(outputOf(-2))).toMatchObject({ status: 403, code: 'access_denied' })
    const [shown = ''] = codeBlocks(sectionOf(README, heading), '')
    expect(outputOf(-1).trim()).toBe(shown.trim())
  })
})

function withoutId({ requestId, ...rest }: Record<string, unknown>): Record<string, unknown> {
  expect(requestId).toMatch(/^[0-9a-f-]{36}$/)
  return rest
}

/** Checks that are in no row of the page's table; `{…}` in a row matches any text. */
function undocumentedChecks(trace: readonly { stage: string; check: string }[]): string[] {
  const rows = tableRows(sectionOf(TRACE_PAGE, '## The decision trace'))
  const documented = rows.map(([stage = '', name = '']) => {
    const literals = name.replaceAll('`', '').split(/\{\w+\}/)
    return {
      stage,
      name: new RegExp(
        `^${literals.map((text) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('.+')}$`,
      ),
    }
  })
  return trace
    .filter(
      ({ stage, check }) => !documented.some((row) => row.stage === stage && row.name.test(check)),
    )
    .map(({ stage, check }) => `${stage}: ${check}`)
}
