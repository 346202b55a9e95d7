/** States in the compiled tenant what was proved of its document, and by which version. */
import type { IsolationCertificate } from '../../model/compiled-tenant.ts'
import { sha256Hex } from '../../model/digest.ts'
import type { IsolationFinding, Verdict } from './prove-isolation.ts'

/** Raised with every change of what is proved, or how. */
const PROOF_VERSION = 3

/** For a document without errors, of which each part is proved or declared as shared. */
export function certify(text: string, findings: readonly IsolationFinding[]): IsolationCertificate {
  const count = (verdict: Verdict) =>
    findings.filter((finding) => finding.verdict === verdict).length
  return {
    documentSha256: sha256Hex(text),
    proofVersion: PROOF_VERSION,
    proved: {
      separate: count('separate'),
      sameForAll: count('same-for-all'),
      shared: count('shared'),
      outside: count('outside'),
    },
  }
}
