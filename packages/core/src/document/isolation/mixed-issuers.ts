/**
 * Whether callers of different issuers can have equal values for the slots of a reach: the same
 * subject at two issuers is not the same party.
 */
import type { Reader } from '../../expression/actor-conditions.ts'
import { type IssuersByReader, namesCaller } from './proven-parts.ts'

/** What is known of the parties whose values attributes have. */
export interface NamedParties {
  readonly readers: ReadonlyMap<string, Reader>
  /** Attributes with which parties of different issuers never have equal values. */
  readonly namingIssuer: ReadonlySet<string>
  /** Attributes declared to mean the same at every issuer. */
  readonly acrossIssuers: ReadonlySet<string>
}

/** Two issuers, and for whose values they vouch. */
export interface MixedIssuers {
  readonly reader: Reader
  readonly issuers: readonly [string, string]
}

/** @returns an example for each kind of attribute that may have values of different issuers */
export function differentIssuers(left: IssuersByReader, right: IssuersByReader): MixedIssuers[] {
  return (['subject', 'actor', 'both'] as const).flatMap((reader) => {
    const issuers = differentPair(left[reader], right[reader])
    return issuers === undefined ? [] : [{ reader, issuers }]
  })
}

function differentPair(
  left: readonly string[],
  right: readonly string[],
): readonly [string, string] | undefined {
  for (const one of left) {
    const other = right.find((it) => it !== one)
    if (other !== undefined) return [one, other]
  }
  return undefined
}

/** @returns undefined where equal values for all of the slots mean the same party or group */
export function findMixedIssuers(
  slots: ReadonlySet<string>,
  different: readonly MixedIssuers[],
  parties: NamedParties,
): MixedIssuers | undefined {
  return different.find(({ reader }) => isMixed([...slots], reader, parties))
}

function isMixed(
  slots: readonly string[],
  reader: Reader,
  { readers, namingIssuer, acrossIssuers }: NamedParties,
): boolean {
  if (slots.some(namesCaller)) return false
  const own = slots.filter((name) => readers.get(name) === reader)
  const isNamed = own.some((name) => namingIssuer.has(name))
  return !isNamed && !own.every((name) => acrossIssuers.has(name))
}
