/** The file of linked identities: nothing that was acknowledged is lost in a crash. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { IdentityItem } from '@token-broker/core/linking'
import { afterAll, describe, expect, it } from 'vitest'
import { openIdentitiesInFile } from '../../../packages/functions/src/adapters/identity-pools/linked/identities-in-file.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'identities-'))
afterAll(() => rmSync(folder, { recursive: true }))
const signal = new AbortController().signal
const user: IdentityItem = { kind: 'identity', state: 'user', born: 5, slots: {} }
const nameOf = (index: number) => ({ kind: 'identity', name: `ü${index}` }) as const
const fileNamed = (name: string) => path.join(folder, name)

const WRITER = `
import { openIdentitiesInFile } from ${JSON.stringify(
  path.resolve('packages/functions/src/adapters/identity-pools/linked/identities-in-file.ts'),
)}
const table = openIdentitiesInFile(process.argv[2])
const user = { kind: 'identity', state: 'user', born: 5, slots: {} }
for (let index = 0; ; index++) {
  await table.putIf('pool', { kind: 'identity', name: 'ü' + index }, user, undefined)
  process.stdout.write('+')
  await new Promise(setImmediate)
}
`

describe('the file', () => {
  it('has everything when it is opened again', async () => {
    const file = fileNamed('again.jsonl')
    const first = openIdentitiesInFile(file)
    await first.putIf('pool', nameOf(1), user, undefined, signal)
    await first.putIf('pool', nameOf(1), { ...user, state: 'disabled' }, 1, signal)
    const second = openIdentitiesInFile(file)
    expect(await second.get('pool', nameOf(1), signal)).toEqual({
      version: 2,
      item: { ...user, state: 'disabled' },
    })
    expect(await second.putIf('pool', nameOf(1), user, 1, signal)).toBe(false)
  })

  it('is used as far as it is complete, wherever a crash cut the last line', async () => {
    const file = fileNamed('cut.jsonl')
    const table = openIdentitiesInFile(file)
    await table.putIf('pool', nameOf(1), user, undefined, signal)
    const complete = readFileSync(file)
    await table.putIf('pool', nameOf(2), user, undefined, signal)
    const whole = readFileSync(file)
    for (let bytes = complete.length; bytes < whole.length; bytes++) {
      writeFileSync(file, whole.subarray(0, bytes))
      const reopened = openIdentitiesInFile(file)
      expect(await reopened.get('pool', nameOf(1), signal)).toBeDefined()
      expect(await reopened.get('pool', nameOf(2), signal)).toBeUndefined()
      expect(await reopened.putIf('pool', nameOf(3), user, undefined, signal)).toBe(true)
      const again = openIdentitiesInFile(file)
      expect(await again.get('pool', nameOf(3), signal)).toBeDefined()
    }
  })

  it('has every acknowledged item after its writer was killed', async () => {
    const file = fileNamed('killed.jsonl')
    const program = fileNamed('writer.ts')
    writeFileSync(program, WRITER)
    const writer = spawn(process.execPath, [program, file], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let acknowledged = 0
    writer.stdout.on('data', (chunk: Buffer) => {
      acknowledged += chunk.length
      if (acknowledged > 50) writer.kill('SIGKILL')
    })
    await once(writer, 'close')
    const table = openIdentitiesInFile(file)
    expect(acknowledged).toBeGreaterThan(50)
    for (let index = 0; index < acknowledged; index++)
      expect(await table.get('pool', nameOf(index), signal)).toBeDefined()
  })

  it.each(['{"pool":"pool"}', '{}', 'no JSON'])('is refused with the line %s', (line) => {
    const file = fileNamed('foreign.jsonl')
    rmSync(file, { force: true })
    appendFileSync(file, `${line}\n`)
    expect(() => openIdentitiesInFile(file)).toThrow()
    expect(readFileSync(file, 'utf8')).toBe(`${line}\n`)
  })
})
