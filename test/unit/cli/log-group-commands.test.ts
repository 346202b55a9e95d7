/** Commands that read a table and a log group: a candidate's status, and a recorded request. */
import { beforeEach, expect, it } from 'vitest'
import { useScriptedServer } from '../../fixtures/scripted-server.ts'
import { recordDecisions } from '../replay/recorded-decisions.ts'
import { runHere } from './run-cli.ts'
import { startTenantBench } from './tenant-bench.ts'

const RULE = "'claims.blocked != true || !has(claims.blocked)'"
const { text, lines } = await recordDecisions()
const [alice = '{}'] = lines
const { table, write, tenant, environment } = await startTenantBench()
expect(await tenant('put', write('acme.yaml', text))).toMatchObject({ code: 0 })
const logs = useScriptedServer(() => undefined)
let messages: readonly string[] = []

beforeEach(() => {
  messages = [...lines, 'START RequestId: 1']
  logs.respond = (response) =>
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end(
      JSON.stringify({
        events: messages.map((message, at) => ({ eventId: `${at}`, timestamp: at, message })),
      }),
    )
})

const run = (...args: string[]) =>
  runHere(args, { ...environment, AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: logs.url })
const requests = () => logs.received.map(({ body }) => JSON.parse(body))

it('decides about a request of the log group again, by the documents of the table', async () => {
  const { requestId } = JSON.parse(alice)
  const explain = (id: string) =>
    run(
      ...['explain', '--request-id', id, '--log-group', 'g'],
      ...['--table', table.name, '--table-endpoint', table.url],
    )
  const { code, stdout, stderr } = await explain(requestId)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toContain('rule "everybody reads"')
  expect(stdout).toMatch(/recorded 20.*: issued; the same decision\n$/)
  // CloudWatch Logs sends only lines with the id.
  expect(requests()).toMatchObject([{ logGroupName: 'g', filterPattern: `"${requestId}"` }])

  const changed = write('acme.yaml', text.replace(RULE, `'claims.sub != "alice"'`))
  expect(await tenant('put', changed, '--expect', '1')).toMatchObject({ code: 0 })
  const again = await explain(requestId)
  expect(again).toMatchObject({ code: 3, stdout: expect.stringContaining('another decision') })
  expect(await explain('request-9')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('in the last hour of the log group; write an older one'),
  })
})

it('counts what a candidate would have changed, since it was put', async () => {
  const candidate = write('acme.candidate.yaml', `${text}# candidate\n`)
  expect(await tenant('shadow', 'put', candidate)).toMatchObject({ code: 0 })
  const list = await tenant('list')
  expect(list.stdout).toMatch(/^acme +\d+ +live .*candidate 1\n$/)
  const [listed] = JSON.parse((await tenant('list', '--format', 'json')).stdout)
  expect(listed).toMatchObject({ tenant: 'acme', candidate: 1 })

  const status = (...more: string[]) =>
    run('tenant', 'shadow', 'status', 'acme', '--endpoint', table.url, ...more)
  const { documentSha256, at } = JSON.parse((await status('--format', 'json')).stdout)
  const time = new Date(Date.parse(at) + 1000).toISOString()
  const counted = { ...JSON.parse(alice), time, candidate: { documentSha256, result: 'same' } }
  const [old, other] = [
    { ...counted, time: '2026-01-01T00:00:00Z' },
    { ...counted, tenant: 'b' },
  ]
  messages = [counted, counted, old, other].map((record) => JSON.stringify(record))
  expect(await status('--log-group', 'g')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('2 same'),
  })
  expect(requests()).toEqual([{ logGroupName: 'g', startTime: Date.parse(at) }])
  messages = []
  expect((await status('--log-group', 'g')).stdout).toContain('no record of the candidate')
  expect(await status('--log-group', 'g', '--records', 'r')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('--log-group: expected no --records beside it'),
  })
})
