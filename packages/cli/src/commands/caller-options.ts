/** Options that say who sends a request, besides its token. */

/** A party that acts for the subject of the token. */
export const ACTOR_OPTIONS = {
  'actor-claims': {
    value: 'FILE|JSON',
    summary: 'with --claims, those of a party that acts for the subject: a file, or JSON',
    group: 'Request options',
    completes: 'file',
  },
  'actor-token': {
    value: 'FILE',
    summary: 'file with the token of a party that acts for the subject',
    group: 'Request options',
    completes: 'file',
  },
  'actor-token-type': {
    value: 'TYPE',
    choices: ['saml2'],
    summary: 'saml2: the token of the party that acts is a SAML 2.0 response in base64',
    group: 'Request options',
  },
  'actor-issuer': {
    value: 'NAME',
    summary: 'the issuer that the caller names, for an actor token that is not a JWT',
    group: 'Request options',
  },
} as const

/** A caller that is a web page. */
export const ORIGIN_OPTION = {
  origin: {
    value: 'ORIGIN',
    summary:
      'also say whether a browser lets pages of this origin read the response, such as ' +
      'https://app.example',
    group: 'Request options',
  },
} as const

/** A caller of an identity pool. */
export const POOL_CALLER_OPTIONS = {
  pool: {
    value: 'ID',
    summary: 'decide as for this identity pool; without --provider, about a guest',
    group: 'Identity pool options',
  },
  provider: {
    value: 'NAME',
    summary: 'the provider of the token, as clients of the pool name it in Logins',
    group: 'Identity pool options',
  },
  identity: {
    value: 'ID',
    summary: 'the id of the caller in the pool (default: a made-up one)',
    group: 'Identity pool options',
  },
} as const
