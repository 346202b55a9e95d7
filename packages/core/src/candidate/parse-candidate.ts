/** Parses a candidate document when it first decides, and once for as long as it is stored. */
import type { CandidateDocument, CompiledTenant } from '../model/compiled-tenant.ts'

const parsed = new WeakMap<CandidateDocument, CompiledTenant | undefined>()

/** @returns undefined where the stored document is corrupt, or is of another tenant */
export function parseCandidate(
  document: CandidateDocument,
  tenant: string,
): CompiledTenant | undefined {
  if (!parsed.has(document)) parsed.set(document, parse(document, tenant))
  return parsed.get(document)
}

function parse({ compiledJson }: CandidateDocument, tenant: string): CompiledTenant | undefined {
  try {
    const value: Partial<CompiledTenant> | null = JSON.parse(compiledJson)
    // The writer made every other check; a corrupt document must not decide as if it were whole.
    const isWhole =
      value?.tenant === tenant &&
      [value.issuers, value.rules].every(Array.isArray) &&
      [value.attributes, value.grants].every((part) => typeof part === 'object' && part !== null)
    return isWhole ? (value as CompiledTenant) : undefined
  } catch {
    return undefined
  }
}
