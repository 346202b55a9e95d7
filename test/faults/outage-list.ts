/** The outages that are tested, and how they are reported. */
import type { Links } from './faulty-environment.ts'
import type { Fault } from './faulty-link.ts'
import type { Comparison } from './load-generator.ts'

export type Part =
  | 'IdP, keys known'
  | 'IdP, keys unknown'
  | 'SAML metadata known'
  | 'SAML metadata unknown'
  | 'issuer, opaque token known'
  | 'issuer, opaque token unknown'
  | 'secret store, secret known'
  | 'secret store, secret unknown'
  | 'STS'
  | 'signer'
  | 'table, tenant known'
  | 'table, tenant unknown'
  | 'table of sessions'

export interface Outage {
  readonly part: Part
  readonly fault: Fault
  /** What entitled callers get during the outage: `credentials`, or a code. */
  readonly result: string
}

const FAULTS = ['killed', 'silent', 'slow', 'cut'] as const
/** No fault of the part is noticed. */
const unnoticed = (part: Part): readonly Outage[] =>
  FAULTS.map((fault) => ({ part, fault, result: 'credentials' }))
/** Every fault of the part is noticed, except slowness. */
const refused = (part: Part, code: string): readonly Outage[] =>
  FAULTS.map((fault) => ({ part, fault, result: fault === 'slow' ? 'credentials' : code }))

export const OUTAGES: readonly Outage[] = [
  ...unnoticed('IdP, keys known'),
  ...refused('IdP, keys unknown', 'issuer_unavailable'),
  ...unnoticed('SAML metadata known'),
  ...refused('SAML metadata unknown', 'issuer_unavailable'),
  ...unnoticed('issuer, opaque token known'),
  ...refused('issuer, opaque token unknown', 'issuer_unavailable'),
  ...unnoticed('secret store, secret known'),
  ...refused('secret store, secret unknown', 'upstream_unavailable'),
  ...refused('STS', 'upstream_unavailable'),
  ...refused('signer', 'upstream_unavailable'),
  ...refused('table, tenant unknown', 'upstream_unavailable'),
  ...unnoticed('table, tenant known'),
  ...unnoticed('table of sessions'),
]

export const LINK_OF: Readonly<Record<Part, keyof Links>> = {
  'IdP, keys known': 'idp',
  'IdP, keys unknown': 'idp',
  'SAML metadata known': 'metadata',
  'SAML metadata unknown': 'metadata',
  'issuer, opaque token known': 'introspection',
  'issuer, opaque token unknown': 'introspection',
  'secret store, secret known': 'secrets',
  'secret store, secret unknown': 'secrets',
  STS: 'sts',
  signer: 'kms',
  'table, tenant known': 'table',
  'table, tenant unknown': 'table',
  'table of sessions': 'table',
}

const COLUMNS: readonly (readonly [head: string, width: number])[] = [
  ['outage', 38],
  ['requests', 10],
  ['credentials', 13],
  ['from cache', 12],
  ['refused', 46],
  ['lost', 6],
  ['wrongly issued', 15],
]

/** @returns the cells of one outage in the table */
export function outageRow({ part, fault }: Outage, during: Comparison): readonly string[] {
  const { requests, issued, lost, wronglyIssued } = during
  const refusals = Object.entries(during.refused).map(([code, count]) => `${code} ${count}`)
  // What the failing part would provide was fetched before the outage.
  const isCached = part.endsWith(' known')
  const figures = [requests, issued, isCached ? issued : 0, refusals.join(', '), lost]
  return [`${part}, ${fault}`, ...figures.map(String), String(wronglyIssued)]
}

export function formatOutages(rows: readonly (readonly string[])[]): string {
  return [COLUMNS.map(([head]) => head), ...rows]
    .map((cells) => cells.map((cell, at) => cell.padEnd(COLUMNS[at]?.[1] ?? 0)).join(''))
    .join('\n')
}
