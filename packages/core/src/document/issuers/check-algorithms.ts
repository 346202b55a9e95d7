/** Checks that the keys of a document can verify signatures of the algorithms that it states. */
import type { DocumentPath, Report } from '../document-problem.ts'
import type { IssuerDocument, KeyDocument } from '../schema.ts'

/** Otherwise, every token is refused, and nothing says that no key could have verified it. */
export function checkAlgorithms(
  { algorithms = [], verify }: Pick<IssuerDocument, 'algorithms' | 'verify'>,
  path: DocumentPath,
  report: Report,
): void {
  const keys = verify !== undefined && 'keys' in verify ? (verify.keys ?? []) : []
  const possible = keys.flatMap(algorithmsOf)
  if (possible.length === 0 || algorithms.length === 0) return
  if (algorithms.some((name) => possible.includes(name))) return
  report(
    path,
    `no key of verify.keys can verify a signature of ${algorithms.join(' or ')}`,
    `write algorithms: [${[...new Set(possible)].join(', ')}], or add a key of the other type`,
  )
}

/** @see RFC 7518 §3.1, RFC 8037 §3.1, RFC 9864 §2.2 */
function algorithmsOf({ kty, crv = '', alg }: KeyDocument): readonly string[] {
  if (alg !== undefined) return alg === 'EdDSA' || alg === 'Ed25519' ? ['EdDSA', 'Ed25519'] : [alg]
  if (kty === 'RSA') return ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']
  if (kty === 'OKP') return ['EdDSA', 'Ed25519']
  return { 'P-256': ['ES256'], 'P-384': ['ES384'], 'P-521': ['ES512'] }[crv] ?? []
}
