/** Which signing keys a stage has, and whether their order in time lets every verifier know a key before it signs and as long as its tokens live. */

/**
 * One key's life. Each deploy changes one thing and dates it: a key is published, later it signs, later the next one does, and
 * when its last token has expired it is withdrawn. The entry stays for good, so that a dropped one is noticed.
 */
export interface SigningKeySettings {
  /** 1, 2, 3 … in the order of the list; never used again. */
  readonly id: number
  readonly algorithm: 'RS256' | 'ES256'
  /** UTC, when the deploy that publishes it was made. */
  readonly publishedSince: string
  /** Absent: it is the next key. */
  readonly signsSince?: string
  /** Absent: it signs, or has not yet. */
  readonly signsUntil?: string
  /** No longer published; the KMS key is kept, disabled. */
  readonly withdrawnSince?: string
}

const HOUR_MS = 3_600_000
/** The broker lets its keys be kept for five minutes, and how long STS keeps them is not documented. */
const PUBLISH_AHEAD_MS = 24 * HOUR_MS
/** A minted token lives five minutes; the rest is for clocks and for who verifies it late. */
const KEEP_AFTER_MS = HOUR_MS
const DATE = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/

/** What is wrong with the keys, each with what to write; empty: nothing. `now` is in milliseconds since the epoch. */
export function checkSigningKeys(keys: readonly SigningKeySettings[], now: number): string[] {
  const faults = keys.flatMap((key, index) => checkKey(key, index, now))
  const signing = keys.filter(isSigning)
  if (signing.length !== 1)
    faults.push(
      `signingKeys: ${signing.length} keys sign: let exactly one have signsSince and no signsUntil`,
    )
  const inOrder = keys.filter((key) => key.signsSince !== undefined)
  for (const [index, key] of inOrder.entries()) {
    const before = inOrder[index - 1]
    if (before && before.signsUntil !== key.signsSince)
      faults.push(
        `signing key ${before.id}: it signs until key ${key.id} does: write signsUntil: '${key.signsSince}'`,
      )
  }
  return faults
}

function checkKey(key: SigningKeySettings, index: number, now: number): string[] {
  const faults: string[] = []
  const report = (text: string) => faults.push(`signing key ${index + 1}: ${text}`)
  if (key.id !== index + 1)
    report(`its id is ${key.id}: keep every key in the list, in order, also withdrawn ones`)
  if (key.algorithm !== 'RS256' && key.algorithm !== 'ES256')
    report('algorithm: write RS256 or ES256')
  const { publishedSince, signsSince, signsUntil, withdrawnSince } = key
  const steps = { publishedSince, signsSince, signsUntil, withdrawnSince }
  for (const [step, date] of Object.entries(steps)) {
    if (date === undefined) continue
    if (!DATE.test(date) || Number.isNaN(Date.parse(date)))
      report(`${step}: write UTC such as 2026-11-01T09:00:00Z`)
    else if (Date.parse(date) > now)
      report(`${step} lies ahead: write it when the time has come, with that deploy`)
  }
  if (publishedSince === undefined)
    report('publishedSince is missing: write when it is deployed first')
  if (signsUntil !== undefined && signsSince === undefined)
    report('signsUntil without signsSince: write both')
  // The first key of all has no verifier that knows another.
  if (
    signsSince !== undefined &&
    index > 0 &&
    !(msBetween(publishedSince, signsSince) >= PUBLISH_AHEAD_MS)
  )
    report(
      `it may sign from ${hoursAfter(publishedSince, PUBLISH_AHEAD_MS)}, 24 hours after it was published`,
    )
  if (signsUntil !== undefined && !(msBetween(signsSince, signsUntil) > 0))
    report('signsUntil is not after signsSince')
  if (withdrawnSince !== undefined && signsSince !== undefined) {
    if (signsUntil === undefined) report('it still signs: it cannot be withdrawn')
    else if (!(msBetween(signsUntil, withdrawnSince) >= KEEP_AFTER_MS))
      report(
        `it may be withdrawn from ${hoursAfter(signsUntil, KEEP_AFTER_MS)}, an hour after it signed last`,
      )
  }
  return faults
}

export function isSigning({ signsSince, signsUntil }: SigningKeySettings): boolean {
  return signsSince !== undefined && signsUntil === undefined
}

/** The published keys in the order that the issuer shows them: the signing one, the next, those that still have tokens. */
export function publishedKeys<Key extends SigningKeySettings>(
  keys: readonly Key[],
): readonly Key[] {
  const published = keys.filter(({ withdrawnSince }) => withdrawnSince === undefined)
  const place = (key: Key) => (isSigning(key) ? 0 : key.signsSince === undefined ? 1 : 2)
  return published.toSorted((a, b) => place(a) - place(b) || b.id - a.id)
}

function msBetween(from: string | undefined, to: string): number {
  return Date.parse(to) - Date.parse(from ?? '')
}

function hoursAfter(date: string | undefined, ms: number): string {
  const time = Date.parse(date ?? '') + ms
  return Number.isNaN(time) ? 'never' : new Date(time).toISOString().replace('.000', '')
}
