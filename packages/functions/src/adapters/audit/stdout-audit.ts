/** Writes each audit record as one JSON line to a stream, which in Lambda is the function's log. */
import { type AuditLog, BrokerError } from '@token-broker/core'
import { printableJson } from './printable-json.ts'

interface Pending {
  readonly line: string
  /** Called once the line is written, or with the reason why it is not. */
  readonly settle: (cause?: Error | null) => void
}

/**
 * `write` rejects if the record could not be written, or if the stream has not confirmed it when
 * the signal aborts: a pipe that nobody reads confirms nothing. Then no credentials are sent.
 * Records of one turn of the event loop are written together: each write is a system call, which
 * costs as much as a tenth of all other work for a request.
 * @param errorStream gets a record that was not written, inside a line with the outcome `error`.
 *   The first stream may still write the record later, if it recovers.
 */
export function createStdoutAudit(
  stream: NodeJS.WritableStream,
  errorStream: NodeJS.WritableStream,
): AuditLog {
  // The callback of a failed write rejects its records; an unhandled `error` event would end the
  // process.
  for (const each of [stream, errorStream]) each.on('error', () => {})
  let pending: Pending[] = []

  const flush = () => {
    const written = pending
    pending = []
    stream.write(written.map(({ line }) => line).join(''), (cause) => {
      for (const { settle } of written) settle(cause)
    })
  }

  return {
    write: (record, signal) =>
      new Promise((resolve, reject) => {
        let isOpen = true
        const settle = (cause?: Error | null) => {
          if (!isOpen) return
          isOpen = false
          signal.removeEventListener('abort', onDeadline)
          if (!cause) return resolve()
          const refusal = new BrokerError('internal', MESSAGE, { cause })
          const { time, requestId, endpoint } = record
          const why = {
            outcome: 'error',
            code: refusal.code,
            reason: `${MESSAGE} ${cause.message}`,
          }
          // CloudWatch reads metrics at the top level only, so those in the record count once.
          errorStream.write(`${printableJson({ time, requestId, endpoint, ...why, record })}\n`)
          reject(refusal)
        }
        const onDeadline = () =>
          settle(new Error('The log did not confirm it before the deadline.'))
        signal.addEventListener('abort', onDeadline, { once: true })
        if (pending.length === 0) setImmediate(flush)
        pending.push({ line: `${printableJson(record)}\n`, settle })
        if (signal.aborted) onDeadline()
      }),
  }
}

const MESSAGE = 'The audit record could not be written, so no credentials were sent.'
