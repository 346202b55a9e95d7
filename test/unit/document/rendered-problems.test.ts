/** Whole messages of documents with one mistake each: the cause, its line, and what to write. */
import { readFileSync } from 'node:fs'
import { compileTenant, renderErrors } from '@token-broker/core/document'
import { describe, expect, it } from 'vitest'
import { EXAMPLE } from './example-document.ts'

/** Each case is a title, the change of the example as JSON, and what is printed. */
const CASES = readFileSync(new URL('rendered-problems.txt', import.meta.url), 'utf8')
  .split(/^## /m)
  .slice(1)
  .map((part) => {
    const [title = '', wanted = '', replacement = '', ...rendered] = part.split('\n')
    return { title, change: [parse(wanted), parse(replacement)], rendered: rendered.join('\n') }
  })

function parse(line: string): string {
  const value: unknown = JSON.parse(line)
  if (typeof value !== 'string') throw new Error(`expected a string in JSON, found ${line}`)
  return value
}

describe('one mistake is one message', () => {
  it.each(CASES)('$title', ({ change: [wanted = '', replacement = ''], rendered }) => {
    expect(EXAMPLE).toContain(wanted)
    const text = EXAMPLE.replace(wanted, () => replacement)
    const { errors } = compileTenant(text, 'acme.yaml')
    expect(errors).toHaveLength(1)
    expect(`${renderErrors(errors, { textOf: () => text })}\n`).toBe(rendered)
  })
})

it('shows the mistakes of every kind', () => {
  expect(CASES.length).toBeGreaterThanOrEqual(70)
})
