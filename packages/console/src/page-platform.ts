/** The clock and `fetch` of the browser; other files get them from here. */

export function currentTimeMs(): number {
  return Date.now()
}

export function sendToServer(url: string, init: RequestInit): Promise<Response> {
  return fetch(url, init)
}
