/** What reaches a terminal: no sequence that it obeys, and no character that hides others. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { escapeInvisible, oneLine, printMessage } from '../../../packages/cli/src/terminal.ts'
import { BUILT_PROGRAM, runCli, runHere } from './run-cli.ts'
import { isMissing } from './shell-terminal.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'token-broker-printed-'))
afterAll(() => rmSync(folder, { recursive: true }))
/** Sets the title of the window, clears the screen, and reverses the text that follows. */
const HOSTILE = '\u001b]0;title\u0007\u001b[2J\u202e'
const ESCAPED = '\\u001b]0;title\\u0007\\u001b[2J\\u202e'

/** Anything of them but a line break. */
const INVISIBLE = /[^\P{Cc}\n]|\p{Cf}/u

describe('text', () => {
  it.each([
    [HOSTILE, ESCAPED],
    ['\u009b31m\u007f\r\b', '\\u009b31m\\u007f\\u000d\\u0008'],
    ['\u2028\u2029\u200b\ufeff\u{e0041}', '\\u2028\\u2029\\u200b\\ufeff\\udb40\\udc41'],
    ['\u001b[8mhidden\u001b[5m', '\\u001b[8mhidden\\u001b[5m'],
    ['\u001b[311m\u001b[1;31m', '\\u001b[311m\\u001b[1;31m'],
  ])('%j is escaped', (text, escaped) => {
    expect(escapeInvisible(`a${text}b`)).toBe(`a${escaped}b`)
  })

  it('keeps line breaks, tabs, visible characters, and the colours of this program', () => {
    const coloured = '\u001b[31m\u001b[1mred\u001b[22m\u001b[39m \u001b[32m \u001b[2m✓'
    const text = `Größe 山田\n\tб ${coloured}`
    expect(escapeInvisible(text)).toBe(text)
  })
})

it('a value from outside cannot have the colours of this program, nor lines of its own', () => {
  expect(oneLine('a\u001b[32m✓ passed\u001b[39m\n\tb\r')).toBe(
    'a\\u001b[32m✓ passed\\u001b[39m\\n\\tb\\u000d',
  )
  expect(oneLine('Größe 山田')).toBe('Größe 山田')
})

it('a message on standard error is escaped', async () => {
  let written = ''
  const stderr = { write: (text: string) => (written += text) } as unknown as NodeJS.WriteStream
  printMessage({ stderr }, `the file ${HOSTILE}`)
  expect(written).toBe(`token-broker: the file ${ESCAPED}\n`)
  const { stderr: shown } = await runHere(['validate', `${folder}/${HOSTILE}.yaml`])
  expect(shown).toContain(ESCAPED)
  expect(shown).not.toContain('\u001b')
})

it('the text of a document in an error is escaped', async () => {
  const file = path.join(folder, 'document.yaml')
  writeFileSync(file, 'tenant: acme\n"\\e[2J\\u202E": 1\n')
  const { stderr } = await runHere(['validate', file])
  expect(stderr).toContain('\\u001b[2J\\u202e')
  expect(stderr).not.toMatch(INVISIBLE)
})

describe('an explanation', () => {
  const documents = path.join(folder, 'acme.yaml')
  writeFileSync(
    documents,
    `
tenant: acme
issuers:
  - issuer: https://id.example
    audiences: [app]
rules: [{ name: all, grant: read }]
grants:
  read:
    role: arn:aws:iam::111122223333:role/acme-app
    policy: [{ Effect: Allow, Action: 's3:GetObject', Resource: 'arn:aws:s3:::acme/x' }]
`,
  )
  const claims = Buffer.from(JSON.stringify({ iss: `https://id.example/${HOSTILE}` }))
  const token = `eyJhbGciOiJSUzI1NiJ9.${claims.toString('base64url')}.AA`
  const args = ['explain', '--tenants', documents]

  it('shows hostile claims escaped', async () => {
    const { stdout } = await runCli(args, token)
    expect(stdout).toContain(`https://id.example/${ESCAPED}`)
    expect(stdout).not.toMatch(INVISIBLE)
  })

  it('is the same value as JSON, in a pipe and at a terminal', async ({ skip }) => {
    const json = [...args, '--format', 'json']
    const piped = JSON.parse((await runCli(json, token)).stdout)
    expect(JSON.stringify(piped)).toContain('\u202e')
    if (isMissing('script')) skip()
    const tokenFile = path.join(folder, 'token.jwt')
    writeFileSync(tokenFile, token)
    const words = [process.execPath, BUILT_PROGRAM, ...json, '--token', tokenFile]
    const quoted = words.map((word) => `'${word}'`).join(' ')
    const shown = execFileSync('script', ['-qec', `${quoted} || true`, '/dev/null'], {
      encoding: 'utf8',
    }).replaceAll('\r\n', '\n')
    expect(shown).not.toMatch(INVISIBLE)
    expect(JSON.parse(shown)).toEqual(piped)
  })
})
