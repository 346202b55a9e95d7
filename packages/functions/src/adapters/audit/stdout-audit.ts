/** Writes each audit record as one JSON line to a stream: in Lambda, to the function's log. */
import { type AuditLog, BrokerError } from '@token-broker/core'

interface Pending {
  readonly line: string
  readonly resolve: () => void
  readonly reject: (reason: BrokerError) => void
}

/**
 * A record that could not be written rejects, and then no credentials leave. Lines of one turn of the event loop go out in
 * one write: each write is a call of the system, which costs as much as a tenth of all the work for a request.
 */
export function createStdoutAudit(stream: NodeJS.WritableStream): AuditLog {
  // A failed write is told to its own callers; the stream's event beside it must not end the process.
  stream.on('error', () => {})
  let pending: Pending[] = []

  const flush = () => {
    const written = pending
    pending = []
    stream.write(written.map(({ line }) => line).join(''), (error) => {
      if (!error) for (const { resolve } of written) resolve()
      else {
        const refusal = new BrokerError('internal', 'The audit record could not be written.', {
          cause: error,
        })
        for (const { reject } of written) reject(refusal)
      }
    })
  }

  return {
    write: (record) =>
      new Promise((resolve, reject) => {
        if (pending.length === 0) setImmediate(flush)
        pending.push({ line: `${JSON.stringify(record)}\n`, resolve, reject })
      }),
  }
}
