/** `token-broker diff`: who gains and who loses what by a change of tenant documents. */
import { type Change, compareTenants } from '@token-broker/core/document'
import { EXIT } from '../cli-error.ts'
import type { CommandCall } from '../command-line/declaration.ts'
import { changeExample } from '../documents/change-example.ts'
import { printDocumentErrors, readDocuments } from '../documents/read-documents.ts'
import { createPaint, type Paint, printJson } from '../terminal.ts'

const MARKS = { gain: '+', loss: '-', unknown: '?', neutral: '=' } as const
const COLOURS = { gain: 'red', loss: 'green', unknown: 'red', neutral: 'dim' } as const

/** @returns the exit code: 0 nobody gains, 1 a document is invalid, 3 somebody gains or may gain */
export async function diffDocuments({
  terminal,
  operands,
  option,
}: CommandCall<'format' | 'boundaries'>): Promise<number> {
  const read = await Promise.all(
    operands.map((path) => readDocuments([path], option('boundaries'))),
  )
  const errors = read.flatMap((one) => one.errors)
  if (errors.length > 0) {
    printDocumentErrors(
      terminal,
      errors,
      read.flatMap(({ files }) => files),
    )
    return EXIT.invalid
  }
  const [old = [], now = []] = read.map((one) => one.documents.map(({ tenant }) => tenant))
  const changes = compareTenants(old, now)
  if (option('format') === 'json') printJson(terminal, changes)
  else terminal.print(`${linesOf(changes, createPaint(terminal.stdout)).join('\n')}\n`)
  const mayGain = changes.some(({ effect }) => effect === 'gain' || effect === 'unknown')
  return mayGain ? EXIT.gain : EXIT.done
}

function linesOf(changes: readonly Change[], paint: Paint): string[] {
  const tenants = [...Map.groupBy(changes, ({ tenant }) => tenant)]
  const count = (wanted: Change['effect']) =>
    changes.filter(({ effect }) => effect === wanted).length
  return [
    ...tenants.flatMap(([tenant, ofTenant]) => [
      paint('bold', tenant),
      ...ofTenant.map((change) => `  ${lineOf(change, paint)}`),
      '',
    ]),
    `${count('gain')} gained, ${count('loss')} lost, ${count('unknown')} not comparable`,
  ]
}

function lineOf(change: Change, paint: Paint): string {
  const { effect, part, what } = change
  const mark = paint(COLOURS[effect], MARKS[effect])
  const example = changeExample(change)
  const where = example === undefined ? '' : `, for example ${example}`
  return `${mark} ${part}: ${what}${where}`
}
