/** The entry of an issuer in a tenant document, as far as its documents say what to write. */
import { presetOf } from '@token-broker/core/document'
import type { CheckedKey } from './check-key-set.ts'

const DEFAULT_ALGORITHMS = ['RS256', 'ES256']

/** @param usable algorithms that the issuer may use */
export function issuerBlock(
  issuer: string,
  keys: readonly CheckedKey[],
  usable: readonly string[],
): string {
  const found = presetOf(issuer)
  const claim = found?.form.ownerClaims?.[0]
  const algorithms = found
    ? []
    : algorithmsToWrite(
        keys.map((key) => key.algorithms),
        usable,
      )
  return [
    'issuers:',
    `  - issuer: ${issuer}`,
    ...(found ? [`    verify: { kind: ${found.preset.kind} }`] : []),
    '    audiences: [YOUR-APP]                # the aud of the tokens that your callers send',
    ...(algorithms.length > 0 ? [`    algorithms: [${algorithms.join(', ')}]`] : []),
    ...(claim
      ? [`    member: claims.${claim} == "YOUR-ID" # all customers share this issuer`]
      : []),
    '',
  ].join('\n')
}

/**
 * None where the default is enough: each key has one of its algorithms.
 * @param ofKeys the algorithms of each key
 */
export function algorithmsToWrite(
  ofKeys: readonly (readonly string[])[],
  usable: readonly string[],
): readonly string[] {
  const needed = ofKeys
    .map((algorithms) => algorithms.filter((one) => usable.includes(one)))
    .filter(({ length }) => length > 0)
  const isDefault = (name: string) => DEFAULT_ALGORITHMS.includes(name)
  if (needed.every((names) => names.some(isDefault))) return []
  const written = needed.flatMap((names) =>
    names.some(isDefault) ? names.filter(isDefault) : names,
  )
  return [...new Set(written)]
}
