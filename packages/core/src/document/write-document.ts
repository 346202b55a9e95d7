/** Writes a tenant document as YAML, for programs that create one. */
import { stringify } from 'yaml'

/** @param comment lines at the top of the document, without `#` */
export function writeDocument(document: object, comment: readonly string[] = []): string {
  const head = comment.map((line) => `# ${line}\n`).join('')
  // Without anchors: a list that is used twice is written twice, as a person would.
  return head + stringify(document, { lineWidth: 0, aliasDuplicateObjects: false })
}
