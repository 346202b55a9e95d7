/** `token-broker token decode`: what a token says, or what else a text is. */
import { text } from 'node:stream/consumers'
import { recognizeToken } from '@token-broker/core/recognize-token'
import { parseStrictObject } from '@token-broker/core/strict-json'
import { EXIT, UsageError } from '../cli-error.ts'
import type { CommandCall } from '../command-line/declaration.ts'
import { readInputFile } from '../documents/read-documents.ts'
import { createPaint, oneLine, printJson, type Terminal } from '../terminal.ts'

/** Claims that are seconds since the epoch (RFC 7519 §4.1, OpenID Connect Core §2). */
const TIMES = ['exp', 'iat', 'nbf', 'auth_time']

/**
 * @returns the exit code: 0 a JWT, 1 something else, or the command line is invalid
 * @throws {UsageError} a file that cannot be read, or a JWT that is not well formed
 */
export async function showToken(call: CommandCall<'token' | 'format'>): Promise<number> {
  const { terminal, option } = call
  const token = await readText(option('token'), terminal)
  const recognized = recognizeToken(token)
  if (recognized && recognized.kind !== 'unsigned') {
    const { kind, what, advice } = recognized
    if (option('format') === 'json') printJson(terminal, { kind, what, advice })
    else terminal.print(`no JWT: it is ${what}\n  ${advice}\n`)
    return EXIT.invalid
  }
  const [header, claims] = token.split('.', 2).map(decodePart)
  if (option('format') === 'json') printJson(terminal, { kind: 'jwt', header, claims })
  else terminal.print(describe(header ?? {}, claims ?? {}, terminal))
  return EXIT.done
}

async function readText(file: string | undefined, { stdin, stderr }: Terminal): Promise<string> {
  if (file === undefined && stdin.isTTY)
    stderr.write('Paste the token, then press Enter and Ctrl-D:\n')
  const given =
    file === undefined || file === '-' ? await text(stdin) : await readInputFile(file, '--token')
  const token = given.trim()
  if (token === '') throw new UsageError('expected a token, found nothing but white space')
  return token
}

function decodePart(part: string, index: number): Record<string, unknown> {
  const name = index === 0 ? 'header' : 'payload'
  try {
    return parseStrictObject(Buffer.from(part, 'base64url').toString())
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new UsageError(`the ${name} of the token ${error.message}`)
  }
}

type Members = Readonly<Record<string, unknown>>

function describe(header: Members, claims: Members, { stdout }: Terminal): string {
  const paint = createPaint(stdout)
  return [
    paint('bold', 'header'),
    ...memberLines(header, () => undefined),
    paint('bold', 'claims'),
    ...memberLines(claims, (name, value) =>
      TIMES.includes(name) && typeof value === 'number' ? describeTime(value) : undefined,
    ),
    'The signature was not verified: anyone may have written this.',
  ]
    .map((line) => `${line}\n`)
    .join('')
}

function memberLines(
  members: Members,
  describeValue: (name: string, value: unknown) => string | undefined,
): string[] {
  const width = Math.max(0, ...Object.keys(members).map(({ length }) => length))
  return Object.entries(members).map(([name, value]) => {
    const shown = oneLine(typeof value === 'bigint' ? String(value) : JSON.stringify(value))
    const described = describeValue(name, value)
    const parts = [oneLine(name).padEnd(width), shown, ...(described ? [described] : [])]
    return `  ${parts.join('  ')}`
  })
}

const UNITS = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
  ['s', 1],
] as const

function describeTime(seconds: number): string {
  const date = new Date(seconds * 1000)
  if (Number.isNaN(date.getTime())) return '(no time)'
  const away = Math.round(seconds - Date.now() / 1000)
  const size = Math.abs(away)
  const [unit, length] = UNITS.find(([, one]) => size >= one) ?? ['s', 1]
  const amount = `${Math.floor(size / length)} ${unit}`
  const relative = away < 0 ? `${amount} ago` : `in ${amount}`
  return `${date.toISOString().replace('.000Z', 'Z')}, ${relative}`
}
