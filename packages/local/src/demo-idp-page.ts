/** The page of the demo IdP: a form for claims, and the token with what it says. */
import { DEMO_USER_NAMES } from './demo-users.ts'
import { escapeHtml } from './html-text.ts'

export const KINDS = [
  { value: 'id_token', label: 'ID token', resource: undefined, member: 'id_token' },
  { value: 'jwt', label: 'access token, JWT', resource: 'urn:broker', member: 'access_token' },
  {
    value: 'opaque',
    label: 'access token, opaque',
    resource: 'urn:opaque',
    member: 'access_token',
  },
] as const

export interface DemoForm {
  readonly username: string
  readonly kind: (typeof KINDS)[number]['value']
  /** As typed. */
  readonly claims: string
}

export type DemoResult =
  | { readonly token: string; readonly brokerUrl: string | undefined }
  | { readonly problem: string }

const EXAMPLE = '{"groups": ["admins"], "exp": 1700000000}'

/** It has no script, so that a claim that is HTML can do nothing. */
export function demoPage(form: DemoForm, result?: DemoResult): string {
  const problem = result && 'problem' in result ? result.problem : undefined
  const title = problem === undefined ? 'Tokens of the demo IdP' : 'Error: no token'
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>${title}</title>
    <link rel="stylesheet" href="/demo.css">
  </head>
  <body>
    <main>
      <h1>Tokens of the demo IdP</h1>
      <p>For development: nobody has a password, and any claim can be stated. Only brokers whose
        documents trust this address accept these tokens.</p>
${formHtml(form, problem)}${result && 'token' in result ? resultHtml(result) : ''}
    </main>
  </body>
</html>
`
}

function formHtml({ username, kind, claims }: DemoForm, problem: string | undefined): string {
  const users = DEMO_USER_NAMES.map((name) => `<option value="${name}"></option>`).join('')
  const kinds = KINDS.map(
    ({ value, label }) =>
      `<option value="${value}"${value === kind ? ' selected' : ''}>${label}</option>`,
  ).join('')
  const described = problem === undefined ? 'claims-hint' : 'problem claims-hint'
  const alert =
    problem === undefined ? '' : `<p id="problem" role="alert">${escapeHtml(problem)}</p>`
  return `      <form method="post" action="/">
        ${alert}
        <label for="username">User</label>
        <input id="username" name="username" list="users" autocomplete="off" required
          aria-describedby="username-hint" value="${escapeHtml(username)}">
        <datalist id="users">${users}</datalist>
        <p class="hint" id="username-hint">${DEMO_USER_NAMES.join(', ')}; with claims, any other
          name.</p>
        <label for="kind">Token</label>
        <select id="kind" name="kind">${kinds}</select>
        <label for="claims">Claims (JSON)</label>
        <textarea id="claims" name="claims" rows="6" spellcheck="false" autocomplete="off"
          aria-describedby="${described}"${problem === undefined ? '' : ' aria-invalid="true"'}
          >${escapeHtml(claims)}</textarea>
        <p class="hint" id="claims-hint">They are added to those of the user, or replace them, such
          as <code>${escapeHtml(EXAMPLE)}</code>. An ID token may state <code>aud</code>,
          <code>exp</code> and <code>iat</code> too; <code>iss</code> is always this IdP.</p>
        <button>Get a token</button>
      </form>
`
}

function resultHtml({ token, brokerUrl }: Extract<DemoResult, { token: string }>): string {
  return `      <section aria-labelledby="token-heading">
        <h2 id="token-heading">Token</h2>
        <textarea id="token" readonly rows="6" spellcheck="false" aria-labelledby="token-heading"
          >${escapeHtml(token)}</textarea>
${decodedHtml(token)}${brokerUrl === undefined ? '' : commandHtml(token, brokerUrl)}      </section>
`
}

function decodedHtml(token: string): string {
  const parts = token.split('.').slice(0, 2).map(decodePart)
  const [header, payload] = parts
  if (header === undefined || payload === undefined)
    return '        <p>It is opaque: only the demo IdP can say whose it is.</p>\n'
  return blockHtml('Header', header) + blockHtml('Claims', payload)
}

/** One can scroll in it with the keyboard. */
function blockHtml(heading: string, text: string): string {
  return `        <h2>${heading}</h2>
        <pre tabindex="0" role="region" aria-label="${heading}">${escapeHtml(text)}</pre>
`
}

function decodePart(part: string): string | undefined {
  try {
    return JSON.stringify(JSON.parse(Buffer.from(part, 'base64url').toString('utf8')), null, 2)
  } catch {
    return undefined
  }
}

/** A token consists of characters that a shell does not interpret within single quotes. */
function commandHtml(token: string, brokerUrl: string): string {
  const command = (path: string) =>
    `curl -s -X POST ${brokerUrl}${path} -H 'Authorization: Bearer ${token}'`
  return (
    blockHtml('Get credentials', command('/v1/credentials')) +
    blockHtml('Explain the decision', command('/v1/explain'))
  )
}
