/** Calls the command line that serves the page. */
import { accessKey } from './access-key.ts'
import { sendToServer } from './page-platform.ts'
import type { CallFailure, CallName, FailureCode, InputOf, ResultOf } from './wire/index.ts'

/** A call that failed, with a message for the operator. */
export class CallError extends Error {
  readonly code: FailureCode | 'stopped'

  constructor(code: FailureCode | 'stopped', message: string) {
    super(message)
    this.name = 'CallError'
    this.code = code
  }
}

/**
 * What is pasted into the page is sent in the body alone: no URL, no history and no log has it.
 * @throws {CallError}
 */
export async function callServer<Name extends CallName>(
  name: Name,
  input: InputOf<Name>,
  signal?: AbortSignal,
): Promise<ResultOf<Name>> {
  const response = await sendToServer(`/api/${name}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${accessKey()}`, 'content-type': 'application/json' },
    body: JSON.stringify(input),
    ...{ cache: 'no-store', credentials: 'omit', redirect: 'error' },
    ...(signal === undefined ? {} : { signal }),
  }).catch((error: unknown) => {
    if (signal?.aborted) throw error
    throw new CallError(
      'stopped',
      'The console does not respond. If it was ended, start it again with ' +
        '"token-broker console", and open the URL that it prints.',
    )
  })
  const body: unknown = await response.json().catch(() => undefined)
  if (response.ok) return body as ResultOf<Name>
  const { error } = isFailure(body) ? body : UNREADABLE
  throw new CallError(error.code, error.message)
}

const UNREADABLE: CallFailure = {
  error: { code: 'internal', message: 'The console sent a response that cannot be read.' },
}

function isFailure(body: unknown): body is CallFailure {
  return typeof body === 'object' && body !== null && 'error' in body
}
