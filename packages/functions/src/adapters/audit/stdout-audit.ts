/** Writes each audit record as one JSON line to a stream: in Lambda, to the function's log. */
import { type AuditLog, BrokerError } from '@token-broker/core'

/** A record that could not be written rejects, and then no credentials leave. */
export function createStdoutAudit(stream: NodeJS.WritableStream): AuditLog {
  // A failed write is told to its own caller; the stream's event beside it must not end the process.
  stream.on('error', () => {})
  return {
    write: (record) =>
      new Promise((resolve, reject) => {
        stream.write(`${JSON.stringify(record)}\n`, (error) => {
          if (!error) return resolve()
          reject(new BrokerError('internal', 'The audit record could not be written.', { cause: error }))
        })
      }),
  }
}
