/** The form of the decision view: what a request to the broker would contain. */
import { html, type TemplateResult } from 'lit'
import { formField } from '../../elements/form-field.ts'

export const SUBJECTS = ['token', 'claims', 'test'] as const
/** What the decision is about. */
export type Subject = (typeof SUBJECTS)[number]

export const SUBJECT_WORDS: Readonly<Record<Subject, string>> = {
  token: 'A token',
  claims: 'Claims',
  test: 'A rule test',
}

/** Fields of one line, by the options of `token-broker explain`. */
const FIELDS: readonly (readonly [name: string, label: string, hint: string])[] = [
  ['tenant', 'Tenant', 'where the caller names one'],
  ['grant', 'Grant', 'where the caller names one'],
  ['duration', 'Duration', 'such as 15m or 1h'],
  ['statements', 'Statements', 'Sids to keep, with commas between them'],
  ['endpoint', 'Endpoint', 'native, sts, cognito, … (default: native)'],
  ['ip', 'Address of the caller', 'default: 127.0.0.1'],
  ['now', 'Time', 'default: now; such as 2026-01-31T12:00:00Z'],
  ['issuer', 'Issuer', 'of a token that is no JWT'],
  ['pool', 'Identity pool', 'its id; without a provider, the caller is a guest'],
  ['provider', 'Provider', 'of the token, as clients of the pool name it'],
  ['identity', 'Identity id', 'in the pool (default: a made-up one)'],
]

/** Fields of several lines. None of their values is kept when the page is left. */
const TEXTS: Readonly<Record<string, readonly [label: string, hint: string]>> = {
  token: [
    'Token',
    'a JWT, or a SAML 2.0 response in base64. It is sent to the console on this machine alone, ' +
      'and kept nowhere',
  ],
  claims: [
    'Claims of the subject',
    'a JSON object, such as {"sub": "alice"}. Their signature counts as valid; iss, aud, iat and ' +
      'exp have defaults',
  ],
  'actor-token': ['Token of the actor', 'of a party that acts for the subject'],
  'actor-claims': ['Claims of the actor', 'of a party that acts for the subject'],
  policy: ['Policy', 'an IAM policy in JSON that allows less than the grant'],
}

export function pastedField(name: string, rows: number): TemplateResult {
  const [label, hint] = TEXTS[name] ?? [name, '']
  const id = `decide-${name}`
  return formField({
    ...{ id, label, hint },
    // Browsers restore the texts of fields after a restart, unless they must not complete them.
    control: html`<textarea
      id=${id}
      name=${name}
      rows=${rows}
      autocomplete="off"
      autocapitalize="off"
      spellcheck="false"
      aria-describedby="${id}-hint"
    ></textarea>`,
  })
}

export function requestFields(subject: Subject): TemplateResult {
  return html`
    <details ?hidden=${subject === 'test'}>
      <summary>More of the request</summary>
      <div class="fields">
        ${FIELDS.map(([name, label, hint]) => lineField(name, label, hint))}
        ${samlField('token-type', 'Kind of the token')}
        ${samlField('actor-token-type', 'Kind of the token of the actor')}
      </div>
      ${pastedField('policy', 4)}
      <div ?hidden=${subject !== 'token'}>${pastedField('actor-token', 3)}</div>
      <div ?hidden=${subject !== 'claims'}>${pastedField('actor-claims', 3)}</div>
    </details>
  `
}

function lineField(name: string, label: string, hint: string): TemplateResult {
  const id = `decide-${name}`
  return formField({
    ...{ id, label, hint },
    control: html`<input
      id=${id}
      name=${name}
      autocomplete="off"
      spellcheck="false"
      aria-describedby="${id}-hint"
    />`,
  })
}

function samlField(name: string, label: string): TemplateResult {
  const id = `decide-${name}`
  return formField({
    ...{ id, label },
    control: html`<select id=${id} name=${name}>
      <option value="">JWT or opaque</option>
      <option value="saml2">SAML 2.0</option>
    </select>`,
  })
}

/** Members that belong to one subject alone, and are not sent for another one. */
const ONLY_FOR: Readonly<Record<string, Subject>> = {
  ...({
    token: 'token',
    'actor-token': 'token',
    claims: 'claims',
    'actor-claims': 'claims',
  } as const),
  ...({ 'token-type': 'token', 'actor-token-type': 'token', issuer: 'token' } as const),
}

/** The filled fields of the form that belong to the subject. */
export function filledFields(form: HTMLFormElement, subject: Subject): Record<string, string> {
  const names = [...FIELDS.map(([name]) => name), ...Object.keys(TEXTS)]
  names.push('token-type', 'actor-token-type')
  const data = new FormData(form)
  const filled = names.flatMap((name): [string, string][] => {
    const value = data.get(name)
    const belongs = (ONLY_FOR[name] ?? subject) === subject
    return belongs && typeof value === 'string' && value !== '' ? [[name, value]] : []
  })
  return Object.fromEntries(filled)
}
