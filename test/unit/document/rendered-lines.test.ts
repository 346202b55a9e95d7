/** How the line of a problem is shown: long lines, tabs, wide letters, and other line ends. */
import { compileTenant, renderErrors } from '@token-broker/core/document'
import { expect, it } from 'vitest'
import { EXAMPLE } from './example-document.ts'

function render(text: string): string {
  const { errors } = compileTenant(text, 'acme.yaml')
  return renderErrors(errors, { textOf: () => text })
}

it('shows a long line around its mark', () => {
  const value = `${'a'.repeat(200)}{{nobody}}${'b'.repeat(200)}`
  const shown = render(EXAMPLE.replace("sessionName: '{{user}}'", `sessionName: '${value}'`))
  expect(shown).toContain(
    `22 | …${'a'.repeat(40)}{{nobody}}${'b'.repeat(50)}…\n` +
      `   |  ${' '.repeat(40)}${'^'.repeat(10)}\n`,
  )
})

it('places the mark below letters that are two columns wide', () => {
  const shown = render(
    EXAMPLE.replace("tenant: acme, team: '{{team}}'", "山田: acme, team: '{{x}}'"),
  )
  expect(shown).toContain("    sessionTags: { 山田: acme, team: '{{x}}' }\n")
  expect(shown).toContain(`\n   | ${' '.repeat(38)}^^^^^\n`)
})

it('shows what cannot be seen as a dot', () => {
  const shown = render(EXAMPLE.replace('grant: reports', 'grant: re\u202eports'))
  expect(shown).toContain('grant: re·ports')
  expect(shown.replace(/^error.*$/m, '')).not.toContain('\u202e')
})

it('has the same places with the line ends of Windows, and with a byte order mark', () => {
  const wrong = EXAMPLE.replace('Effect: Allow', 'Effect: allow')
  const places = (text: string) =>
    compileTenant(text, 'acme.yaml').errors.map(({ line, column, endColumn }) => ({
      line,
      column,
      endColumn,
    }))
  expect(places(wrong.replaceAll('\n', '\r\n'))).toEqual(places(wrong))
  expect(places(`\uFEFF${wrong}`)).toEqual(places(wrong))
  expect(render(wrong.replaceAll('\n', '\r\n'))).toBe(render(wrong))
})

it('points at a part of a condition in a block of several lines', () => {
  const shown = render(
    EXAMPLE.replace(
      `'"support" in claims.groups && claims.email_verified'`,
      `>-\n      "support" in claims.groups\n      and claims.email_verified`,
    ),
  )
  expect(shown).toContain('16 |       and claims.email_verified\n   |       ^^^\n')
})
