/** Checks the rotation of signing keys: a key must be published as long as it is needed. */

/**
 * The life of one key. Each deployment changes one step and dates it: a key is published, then it
 * signs, then the next key signs, and when its last token has expired it is withdrawn. The entry
 * stays in the list forever, so that a missing key is noticed.
 */
export interface SigningKeySettings {
  /** 1, 2, 3 … in the order of the list. An id is never used again. */
  readonly id: number
  readonly algorithm: 'RS256' | 'ES256'
  /** Time of the deployment that publishes the key, in UTC. */
  readonly publishedSince: string
  /** Undefined for the next key, which does not sign yet. */
  readonly signsSince?: string
  /** Undefined as long as the key signs, or does not sign yet. */
  readonly signsUntil?: string
  /** From then on the key is not published. The KMS key is kept, but disabled. */
  readonly withdrawnSince?: string
}

const HOUR_MS = 3_600_000
/**
 * A key is published this long before it signs, so that no verifier has old keys in its cache. The
 * broker allows caching for five minutes; how long STS caches keys is not documented.
 */
const PUBLISH_AHEAD_MS = 24 * HOUR_MS
/**
 * A key is published this long after it signed. A minted token is valid for five minutes; the rest
 * allows for clock differences and late verification.
 */
const KEEP_AFTER_MS = HOUR_MS
const DATE = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/

/**
 * @param now milliseconds since the epoch
 * @returns each problem with what to do; empty if there is none
 */
export function checkSigningKeys(keys: readonly SigningKeySettings[], now: number): string[] {
  const problems = keys.flatMap((key, index) => checkKey(key, index, now))
  const signing = keys.filter(isSigning)
  if (signing.length !== 1)
    problems.push(
      `signingKeys: ${signing.length} keys sign; expected one key with signsSince and without ` +
        'signsUntil',
    )
  const inOrder = keys.filter((key) => key.signsSince !== undefined)
  for (const [index, key] of inOrder.entries()) {
    const before = inOrder[index - 1]
    if (before && before.signsUntil !== key.signsSince)
      problems.push(
        `signing key ${before.id}: it must sign until key ${key.id} does; ` +
          `write signsUntil: '${key.signsSince}'`,
      )
  }
  return problems
}

function checkKey(key: SigningKeySettings, index: number, now: number): string[] {
  const problems: string[] = []
  const report = (text: string) => problems.push(`signing key ${index + 1}: ${text}`)
  if (key.id !== index + 1)
    report(`found id ${key.id}; keep every key in the list, in order, also withdrawn ones`)
  if (key.algorithm !== 'RS256' && key.algorithm !== 'ES256')
    report('algorithm: expected RS256 or ES256')
  const { publishedSince, signsSince, signsUntil, withdrawnSince } = key
  const steps = { publishedSince, signsSince, signsUntil, withdrawnSince }
  for (const [step, date] of Object.entries(steps)) {
    if (date === undefined) continue
    if (!DATE.test(date) || Number.isNaN(Date.parse(date)))
      report(`${step}: expected UTC such as 2026-11-01T09:00:00Z`)
    else if (Date.parse(date) > now)
      report(`${step} is in the future; write it with the deployment at that time`)
  }
  if (publishedSince === undefined)
    report('publishedSince is missing; write the time of the deployment that publishes the key')
  if (signsUntil !== undefined && signsSince === undefined)
    report('signsUntil is given without signsSince; write both')
  // No verifier has older keys in its cache when the first key is published.
  if (
    signsSince !== undefined &&
    index > 0 &&
    !(msBetween(publishedSince, signsSince) >= PUBLISH_AHEAD_MS)
  )
    report(
      `it may sign from ${addMs(publishedSince, PUBLISH_AHEAD_MS)}, 24 hours after its publication`,
    )
  if (signsUntil !== undefined && !(msBetween(signsSince, signsUntil) > 0))
    report('signsUntil is not after signsSince')
  if (withdrawnSince !== undefined && signsSince !== undefined) {
    if (signsUntil === undefined) report('it still signs, so it cannot be withdrawn')
    else if (!(msBetween(signsUntil, withdrawnSince) >= KEEP_AFTER_MS))
      report(
        `it may be withdrawn from ${addMs(signsUntil, KEEP_AFTER_MS)}, an hour after signsUntil`,
      )
  }
  return problems
}

export function isSigning({ signsSince, signsUntil }: SigningKeySettings): boolean {
  return signsSince !== undefined && signsUntil === undefined
}

/** Published keys in the order of the key set: the signing key, the next one, then former ones. */
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

function addMs(date: string | undefined, ms: number): string {
  const time = Date.parse(date ?? '') + ms
  return Number.isNaN(time) ? 'never' : new Date(time).toISOString().replace('.000', '')
}
