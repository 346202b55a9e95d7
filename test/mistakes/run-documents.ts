/** Runs `validate` on documents with mistakes. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { runHere } from '../unit/cli/run-cli.ts'
import type { DocumentMistake } from './document-mistake.ts'
import type { Messages } from './mistake.ts'
import { ORCHARD, replaceOnce } from './orchard.ts'

/**
 * @param folder for temporary files
 * @throws {Error} where the document without a mistake has findings
 */
export async function runDocuments(
  mistakes: readonly DocumentMistake[],
  folder: string,
): Promise<ReadonlyMap<DocumentMistake, Messages>> {
  const without = await validate(folder, { 'orchard.yaml': ORCHARD })
  if (without.count !== 0) throw new Error(`The document itself has findings: ${without.text}`)
  const results = new Map<DocumentMistake, Messages>()
  for (const mistake of mistakes) {
    const { file = 'orchard.yaml', second } = mistake
    const { count, text } = await validate(folder, {
      [file]: textOf(mistake),
      ...(second === undefined ? {} : { 'second.yaml': second }),
    })
    const isRight = mistake.isOneFinding === false || count <= 1
    // Several findings of one cause hide it: none of them may be it.
    results.set(mistake, { validate: isRight ? text : `${count} findings` })
  }
  return results
}

function textOf({ text, changes }: DocumentMistake): string {
  return (
    text ??
    changes.reduce((document, [from, to]) => {
      return replaceOnce(document, from, to)
    }, ORCHARD)
  )
}

async function validate(folder: string, files: Readonly<Record<string, string>>) {
  const documents = path.join(folder, 'documents')
  mkdirSync(documents)
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(documents, name), text)
  const shown = await runHere(['validate', documents])
  const listed = await runHere(['validate', '--format', 'json', documents])
  rmSync(documents, { recursive: true })
  const findings: unknown[] = shown.code === 0 && !listed.stdout ? [] : JSON.parse(listed.stdout)
  return {
    count: findings.length,
    text: `${shown.stdout}${shown.stderr}`.replaceAll(`${documents}/`, ''),
  }
}
