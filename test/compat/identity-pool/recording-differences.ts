/** How requests to a pool of the broker differ from the recorded ones, and why. */

interface Difference {
  readonly difference: string
  readonly why: string
}

/** Of all requests. `recorded-requests.ts` compares the other parts. */
export const DIFFERENCES: readonly Difference[] = [
  {
    difference: 'The path is /cognito/<pool> instead of /.',
    why: 'GetCredentialsForIdentity does not name the pool. SDK v3 adds a slash, as recorded.',
  },
  {
    difference: 'Headers name other versions of the clients, of Node.js and of Python.',
    why: 'The installed versions are newer (SDK v3), or Debian’s (botocore 1.29, not 1.43).',
  },
  {
    difference: 'Host, Connection, Content-Length, Accept-Language and sec-ch-ua are not compared.',
    why: 'They depend on the machine and on the values that are sent.',
  },
  {
    difference: 'Ids of identities, roles, names of providers and tokens are other ones.',
    why: 'The recordings have made-up ones. Whether a name ends with a slash is compared.',
  },
  {
    difference: 'The classic flow of SDK v2 also sends a form to the pool’s path.',
    why: 'The option `endpoint` is that of STS too. A real app sets it for identity pools only.',
  },
]

/** Recorded scenarios that are not repeated, by name. */
const NOT_REPEATED: Readonly<Record<string, string>> = {
  'amplify sign-in after guest (upgrade): same id answered':
    'The requests are those of "other id answered"; the response depends on `upgrade`.',
  'amplify endpoint with a path': 'All requests of these tests have a path.',
  'login via inner package, second call': 'The package is a part of credential-providers.',
}

/** @returns the scenarios that are neither repeated nor in the list above */
export function notRepeated(
  recording: ReadonlyMap<string, unknown>,
  repeated: readonly (readonly [string, unknown])[],
): readonly string[] {
  const known = new Set([...repeated.map(([name]) => name), ...Object.keys(NOT_REPEATED)])
  return [...recording.keys()].filter((name) => !known.has(name))
}
