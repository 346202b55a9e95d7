/** Records that are compressed with gzip, as CloudWatch Logs exports them to a bucket. */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { openRecordFile } from '../../../packages/cli/src/audit/record-file.ts'
import { EXIT } from '../../../packages/cli/src/cli-error.ts'
import { makeTemporaryFolder } from '../../fixtures/index.ts'
import { runCli } from './run-cli.ts'

const folder = makeTemporaryFolder()
/** Several chunks, also compressed: each line has random text. */
const LINES = Array.from({ length: 5_000 }, (_, index) =>
  JSON.stringify({
    ...{ time: '2026-01-31T12:00:00.000Z', requestId: `request-${index}`, endpoint: 'native' },
    ...{ outcome: 'issued', tenant: 'acme', subject: crypto.randomUUID() },
  }),
)
const half = LINES.length / 2
// CloudWatch Logs exports a file in several parts, and AWS's tools join files as they are.
const COMPRESSED = Buffer.concat(
  [LINES.slice(0, half), LINES.slice(half)].map((lines) => gzipSync(`${lines.join('\n')}\n`)),
)

function write(bytes: Buffer): string {
  const file = path.join(folder, `${crypto.randomUUID()}.gz`)
  writeFileSync(file, bytes)
  return file
}

describe('compressed records', () => {
  it.each([
    ['a file', [write(COMPRESSED)], ''],
    ['standard input', [], COMPRESSED],
    ['standard input beside a file', ['-', write(gzipSync(''))], COMPRESSED],
  ])('are read from %s', async (_, files, input) => {
    const { code, stdout, stderr } = await runCli(['audit', ...files, '--format', 'json'], input)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout.trim().split('\n')).toEqual(LINES.map((line) => expect.stringContaining(line)))
  })

  it.each([
    ['end in the middle', COMPRESSED.subarray(0, -100)],
    ['have another byte', Buffer.concat([COMPRESSED.subarray(0, 5_000), Buffer.alloc(99, 7)])],
  ])('are refused where they %s', async (_, bytes) => {
    const file = write(bytes)
    const { code, stderr } = await runCli(['audit', file, '--format', 'json'])
    expect(code).toBe(EXIT.invalid)
    expect(stderr).toContain(`${file} is not complete as gzip; get the file again`)
  })

  it('are not followed, because they do not grow', async () => {
    const file = write(COMPRESSED)
    const { code, stderr } = await runCli(['audit', file, '--follow'])
    expect(code).toBe(EXIT.invalid)
    expect(stderr).toContain(`found one that is compressed, ${file}; read it without --follow`)
  })

  it('have no places that the console could read', async () => {
    const file = write(COMPRESSED)
    const store = openRecordFile(file, 10)
    await expect(store.refresh()).rejects.toThrow(`${file} is compressed, so that no place of it`)
    await store.close()
  })
})
