/** The page on which a user of a demo provider says who they are: one click, no password. */
import type { HttpResponse } from '@token-broker/functions'
import { escapeHtml } from '../html-text.ts'
import type { DemoPerson } from './demo-people.ts'

export interface SignInTexts {
  /** The provider's path, below which its style sheet is. */
  readonly name: string
  /** The provider's name for people. */
  readonly label: string
  /** One line below the heading. */
  readonly tagline: string
}

/**
 * @param appName as the app is registered
 * @param redirectOrigin where the form leads after the provider has answered it: browsers compare
 *   `form-action` with redirects, too
 */
export function signInPage(
  { name, label, tagline }: SignInTexts,
  people: readonly DemoPerson[],
  appName: string,
  redirectOrigin: string,
): HttpResponse {
  const entries = people.map(
    (person) => `
        <li>
          <button name="person" value="${escapeHtml(person.id)}">
            <span class="initials" aria-hidden="true">${escapeHtml(initialsOf(person.name))}</span>
            <span class="who">
              <span class="name">${escapeHtml(person.name)}</span>
              <span class="email">${escapeHtml(person.email)}</span>
            </span>
          </button>
        </li>`,
  )
  const content = `
      <p class="brand">${escapeHtml(label)}</p>
      <h1>Sign in to ${escapeHtml(appName)}</h1>
      <p class="tagline">${escapeHtml(tagline)}</p>
      <form method="post">
        <ul aria-label="People who can sign in">${entries.join('')}
        </ul>
        <button class="cancel" name="cancel" value="yes">Cancel</button>
      </form>
      <p class="note">A demo on your own machine: everybody here is invented, and nobody has a
        password.</p>`
  const title = `Sign in with ${label}`
  return page(200, { name, title, content, formAction: `'self' ${redirectOrigin}` })
}

/** What the user sees where nothing may be sent to the app. */
export function signInProblemPage({ name, label }: SignInTexts, problem: string): HttpResponse {
  const content = `
      <p class="brand">${escapeHtml(label)}</p>
      <h1>You cannot sign in here</h1>
      <p role="alert">${escapeHtml(problem)}</p>`
  return page(400, { name, title: `${label}: problem`, content, formAction: "'none'" })
}

interface PageParts {
  readonly name: string
  readonly title: string
  readonly content: string
  readonly formAction: string
}

function page(status: number, { name, title, content, formAction }: PageParts): HttpResponse {
  const policy = [
    ...["default-src 'none'", "style-src 'self'", `form-action ${formAction}`],
    ...["frame-ancestors 'none'", "base-uri 'none'"],
  ].join('; ')
  return {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policy,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      // The address contains the app's state; the provider itself checks where a form comes from.
      'referrer-policy': 'no-referrer',
    },
    body: `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>${escapeHtml(title)}</title>
    <link rel="stylesheet" href="/${name}/style.css">
  </head>
  <body>
    <main>${content}
    </main>
  </body>
</html>
`,
  }
}

function initialsOf(name: string): string {
  return name
    .split(' ')
    .map((part) => part.slice(0, 1))
    .join('')
}
