/** Loads what speaks to KMS only where KMS signs, so that a broker without it pays nothing for it. */
import type { KmsCallOptions, KmsCalls } from './kms-calls.ts'

export function openKms(options: KmsCallOptions): Pick<KmsCalls, 'sign'> {
  const opened = import('./kms-calls.ts').then(({ createKmsCalls }) => createKmsCalls(options))
  // It is told to whoever signs.
  opened.catch(() => undefined)
  return { sign: async (input, signal) => (await opened).sign(input, signal) }
}
