/** The results of rule tests for people, for programs and for CI systems. */
import { formatError, renderErrors, sourceTexts } from '@token-broker/core/document'
import { oneLine, type Paint } from '../terminal.ts'
import type { Mismatch } from './check-expectations.ts'
import { type Coverage, coverageOf } from './rule-coverage.ts'
import type { FileResult, TestResult } from './run-rule-tests.ts'

export function testsText(files: readonly FileResult[], paint: Paint): string {
  const lines = files.flatMap(({ file, results, errors, sources }) => [
    paint('bold', file),
    ...(errors.length > 0 ? [renderErrors(errors, { textOf: sourceTexts(sources), paint })] : []),
    ...results.flatMap((result) => resultLines(result, paint)),
  ])
  const { passed, failed, errors } = countsOf(files)
  const parts = [`${passed} passed`, `${failed} failed`]
  if (errors > 0) parts.push(`${errors} invalid`)
  return [...lines, parts.join(', ')].map((line) => `${line}\n`).join('')
}

function resultLines({ test, mismatches }: TestResult, paint: Paint): string[] {
  const mark = mismatches.length === 0 ? paint('green', '✓') : paint('red', '✗')
  return [`  ${mark} ${oneLine(test.name)}`, ...mismatches.flatMap(mismatchLines)]
}

function mismatchLines({ what, expected, found, hint }: Mismatch): string[] {
  return [
    `      ${oneLine(what)}`,
    `        expected ${oneLine(expected)}`,
    `        found    ${oneLine(found)}`,
    ...(hint === undefined ? [] : [`        ${oneLine(hint)}`]),
  ]
}

export function coverageText(files: readonly FileResult[]): string {
  const lines = Object.entries(coverageOf(files)).flatMap(([kind, { all, missing }]) => [
    `${kind}: ${all.length - missing.length} of ${all.length} reached`,
    ...missing.map((name) => `  not reached: ${oneLine(name)}`),
  ])
  return lines.map((line) => `${line}\n`).join('')
}

export function testFields(files: readonly FileResult[]): {
  readonly files: readonly object[]
  readonly coverage: Readonly<Record<string, Coverage>>
} {
  return {
    files: files.map(({ file, errors, results }) => ({
      file,
      errors,
      tests: results.map(({ test, decision, mismatches }) => ({
        name: test.name,
        line: test.line,
        passed: mismatches.length === 0,
        code: decision.refusal?.code,
        tenant: decision.tenant,
        rule: decision.rule,
        grant: decision.grant,
        mismatches,
      })),
    })),
    coverage: coverageOf(files),
  }
}

/** XML that CI systems show: JUnit's, as far as Jenkins, GitLab and others read it. */
export function junitXml(files: readonly FileResult[]): string {
  const suites = files.map(({ file, errors, results }) => {
    const failures = results.filter(({ mismatches }) => mismatches.length > 0).length
    const cases = results.map(({ test, mismatches, milliseconds }) => {
      const attributes = attributesOf({
        name: test.name,
        classname: file,
        file,
        line: String(test.line),
        time: seconds(milliseconds),
      })
      const failure = mismatches.map(
        ({ what, expected, found, hint }) =>
          `<failure${attributesOf({ message: what })}>` +
          `${escapeXml(`expected ${expected}\nfound ${found}\n${hint ?? ''}`)}</failure>`,
      )
      return `<testcase${attributes}>${failure.join('')}</testcase>`
    })
    const invalid = errors.map(
      (error) =>
        `<testcase${attributesOf({ name: error.path || file, classname: file })}>` +
        `<error${attributesOf({ message: formatError(error) })}/></testcase>`,
    )
    const counts = {
      tests: String(cases.length + invalid.length),
      failures: String(failures),
      errors: String(invalid.length),
    }
    const children = [...cases, ...invalid].join('\n')
    return `<testsuite${attributesOf({ name: file, ...counts })}>\n${children}\n</testsuite>`
  })
  const declaration = '<?xml version="1.0" encoding="UTF-8"?>'
  return `${declaration}\n<testsuites>\n${suites.join('\n')}\n</testsuites>\n`
}

function attributesOf(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escapeXml(value)}"`)
    .join('')
}

const seconds = (milliseconds: number) => (milliseconds / 1000).toFixed(3)

/** Without characters that XML 1.0 does not have (§2.2), not even as references. */
function escapeXml(text: string): string {
  return text
    .toWellFormed()
    .replace(/[^\t\n\r\u0020-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replace(/[<>&"'\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`)
}

export function countsOf(files: readonly FileResult[]): {
  readonly passed: number
  readonly failed: number
  readonly errors: number
} {
  const results = files.flatMap((file) => file.results)
  const passed = results.filter(({ mismatches }) => mismatches.length === 0).length
  const errors = files.flatMap((file) => file.errors).length
  return { passed, failed: results.length - passed, errors }
}
