/** The tool that counts the functions of a request's path, run on the current sources as in CI. */
import { spawn } from 'node:child_process'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, it } from 'vitest'
import { instrument } from '../bench/trace-request/instrument.ts'
import type { RequestTrace } from '../bench/trace-request/recorder.ts'

const TOOL = path.join(import.meta.dirname, '../bench/trace-request.ts')

it('finds the same stages each time, and fails beyond a limit', async () => {
  const stages = [
    ...['issueCredentials', 'parseSubjectToken', 'verifyIdentity', 'resolveTenant', 'matchGrant'],
    ...['renderSessionPlan', 'obtainWebIdentity', 'assumeRoleWithWebIdentity'],
  ]
  const [plain, limited] = await Promise.all([
    run('--max-functions', '1000'),
    run('--max-functions', '1000', '--max-files', '1', '--max-crossings', '0'),
  ])
  expect([plain.code, plain.errors]).toEqual([0, ''])
  const { functions, files, crossings } = plain.trace
  expect(limited.trace).toEqual(plain.trace)
  const names = functions.map((label) => label.split(':')[1] ?? '')
  expect(names.filter((name) => stages.includes(name))).toEqual(stages)
  expect(limited.code).toBe(1)
  expect(limited.errors.trim().split('\n')).toEqual([
    `Too many files: a warm native request has ${files.length}, and --max-files is 1.`,
    `Too many crossings: a warm native request has ${crossings.length}, and --max-crossings is 0.`,
  ])
  for (const { caller, callee } of crossings)
    expect(caller.split('/')[0]).not.toBe(callee.split('/')[0])
})

it('treats declared and assigned functions as named, and moves no line', () => {
  const source = `
    function declared(list: number[]): number[] { return list.map((x) => x + 1) }
    const assigned: () => object = () => ({ method() { return 1 }, get read() { return 2 } })
    const made = () => (a: number) => function inner() { return a }
    class Kept { member = async () => {}
      run(): void {} }
    export const table = { POST: async () => {}, GET: made() }`
  const labels: (string | undefined)[] = []
  const { code, functionAt } = instrument(
    'p/a.ts',
    source,
    ({ label }) => `f${labels.push(label)}()`,
  )
  expect(labels.map((label) => label?.replace('p/a.ts:', ''))).toEqual([
    ...['declared', undefined, 'assigned', 'method', 'read', 'made', undefined, 'inner'],
    ...['member', 'run', 'POST'],
  ])
  expect(code.split('\n')).toHaveLength(source.split('\n').length)
  const line = code.split('\n')[1] ?? ''
  expect(functionAt(2, line.indexOf('x + 1') + 1)).toEqual({
    ...{ label: undefined, within: 'p/a.ts:declared', file: 'p/a.ts' },
  })
  expect(functionAt(2, line.indexOf('list.map') + 1)?.label).toBe('p/a.ts:declared')
})

async function run(...flags: string[]) {
  const child = spawn(process.execPath, [TOOL, '--json', ...flags])
  const closed = new Promise<number | null>((resolve) => child.on('close', resolve))
  const [json, errors, code] = await Promise.all([text(child.stdout), text(child.stderr), closed])
  return { trace: JSON.parse(json) as RequestTrace, errors, code }
}
