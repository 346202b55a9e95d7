/** The address of a view: the name of the view and names within it, in the fragment. */

export interface Route {
  readonly view: string
  /** Such as the source and the name of a tenant. Never a token, a key or a claim. */
  readonly parts: readonly string[]
}

export function readRoute(hash: string): Route {
  const [view = '', ...parts] = hash.replace(/^#\/?/, '').split('/').map(decodePart)
  return { view, parts }
}

/** Half of a surrogate pair, which no URL can contain, becomes U+FFFD. */
export function hrefOf(view: string, ...parts: readonly string[]): string {
  return `#/${[view, ...parts].map((part) => encodeURIComponent(part.toWellFormed())).join('/')}`
}

export function openRoute(view: string, ...parts: readonly string[]): void {
  location.hash = hrefOf(view, ...parts)
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
