/** Mistakes in tokens and requests: what is changed in the request that works. */
import type { Marks, MistakeBase } from './mistake.ts'
import { sampleToken, type TokenChanges } from './sample-token.ts'

export interface SentRequest {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
}

export interface RequestMistake extends MistakeBase {
  /** What the caller has in place of Alice's token. */
  readonly token: () => string
  /** The request with this token. Default: a POST to the native endpoint. */
  readonly request?: (token: string) => Partial<SentRequest>
  /** The same for `explain`; undefined: its options cannot express it. */
  readonly explain?: readonly string[] | undefined
  /** Must be in no message to the caller. */
  readonly secrets?: readonly string[]
}

/** Who may know it: the operator says the same in both of its channels. */
interface ExpectedMarks {
  /** What `explain` and the record must say. */
  readonly operator: Marks
  readonly response: Marks
}

export function tokenMistake(
  id: string,
  what: string,
  changes: TokenChanges | ((token: string) => string),
  { operator, response }: ExpectedMarks,
  more: Partial<RequestMistake> = {},
): RequestMistake {
  return {
    id: `token ${id}`,
    what,
    token: () => (typeof changes === 'function' ? changes(sampleToken()) : sampleToken(changes)),
    explain: [],
    marks: { explain: operator, record: operator, response },
    ...more,
  }
}

export function requestMistake(
  id: string,
  what: string,
  request: (token: string) => Partial<SentRequest>,
  { operator, response }: ExpectedMarks,
  more: Partial<RequestMistake> = {},
): RequestMistake {
  const explain = more.explain === undefined ? {} : { explain: operator }
  return {
    id: `request ${id}`,
    what,
    token: more.token ?? (() => sampleToken()),
    request,
    marks: { ...explain, record: operator, response },
    ...more,
  }
}

/** The members of a request to the native endpoint, beside the token. */
export function nativeFields(fields: object): (token: string) => Partial<SentRequest> {
  return (token) => ({
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(fields),
  })
}

/** Parameters of the STS endpoint, added to those of a request that works. */
export function stsParameters(
  fields: Readonly<Record<string, string | undefined>>,
): (token: string) => Partial<SentRequest> {
  return (token) =>
    formRequest('/sts', {
      ...{ Action: 'AssumeRoleWithWebIdentity', Version: '2011-06-15', RoleSessionName: 'alice' },
      RoleArn: 'arn:aws:iam::111122223333:role/orchard-own',
      WebIdentityToken: token,
      ...fields,
    })
}

export function formRequest(
  path: string,
  fields: Readonly<Record<string, string | undefined>>,
): Partial<SentRequest> {
  const form = new URLSearchParams()
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) form.set(name, value)
  return {
    path,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: form.toString(),
  }
}
