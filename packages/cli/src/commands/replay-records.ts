/** `token-broker replay`: who would have gained or lost access by changed tenant documents. */
import { readLines } from '../audit/log-lines.ts'
import { EXIT } from '../cli-error.ts'
import type { CommandCall } from '../command-line/declaration.ts'
import { printDocumentErrors, readDocuments } from '../documents/read-documents.ts'
import { createReplay } from '../replay/replay-lines.ts'
import { replayText } from '../replay/replay-text.ts'
import { createPaint, printJson, printMessage } from '../terminal.ts'

/** Between two lines about the progress, in milliseconds. */
const PROGRESS_MS = 2_000

/** @returns the exit code: 0 no difference, 1 a document is invalid, 3 a difference, 5 unknown */
export async function replayRecords({
  terminal,
  operands,
  option,
  optionValues,
}: CommandCall<'records' | 'format' | 'boundaries'>): Promise<number> {
  const { documents, errors, files } = await readDocuments(operands, option('boundaries'))
  if (errors.length > 0) {
    printDocumentErrors(terminal, errors, files)
    return EXIT.invalid
  }
  const replay = createReplay(documents.map(({ tenant }) => tenant))
  const started = performance.now()
  let next = started + PROGRESS_MS
  for await (const lines of readLines(optionValues('records'), terminal.stdin)) {
    const compared = await replay.add(lines)
    if (performance.now() < next) continue
    next = performance.now() + PROGRESS_MS
    const seconds = Math.round((performance.now() - started) / 1000)
    printMessage(terminal, `${compared.toLocaleString('en')} decisions made again in ${seconds} s`)
  }
  const summary = replay.result()
  if (option('format') === 'json') printJson(terminal, summary)
  else terminal.print(replayText(summary, createPaint(terminal.stdout)))
  if (summary.compared === 0) return EXIT.undecided
  const { gain, loss, change } = summary.requests
  return gain + loss + change > 0 ? EXIT.difference : EXIT.done
}
