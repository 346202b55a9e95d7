/** The clock, randomness and `fetch` of the browser; other files get them from here. */

export function nowMs(): number {
  return Date.now()
}

/** Of a round: made on the device, so that a score that is sent twice is one row. */
export function randomId(): string {
  return crypto.randomUUID()
}

/** @returns `length` random bytes */
export function randomValues(length: number): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(length))
}

export function send(url: string, init: RequestInit): Promise<Response> {
  return fetch(url, init)
}
