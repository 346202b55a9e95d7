/** Adds the file and the place to a problem, without what must not be shown. */
import { formatPath } from '../model/value-path.ts'
import type { Problem, TenantDocumentError } from './document-problem.ts'
import { hideKeys } from './hide-secrets.ts'
import type { ReadDocument } from './read-document.ts'

export function placedError(
  { path, at, span, message, hint, found, ...details }: Problem,
  file: string,
  document: Pick<ReadDocument, 'locate'>,
): TenantDocumentError {
  return {
    file,
    ...document.locate(path, { ...(at && { at }), ...(span && { span }) }),
    path: formatPath(path),
    message: hideKeys(message),
    hint: hideKeys(hint),
    ...(found === undefined ? {} : { found: hideKeys(found) }),
    ...details,
  }
}
