/** `/config.json`, the only settings of the page: where pools, data and providers are. */

export interface PoolAddress {
  readonly id: string
  readonly endpoint: string
}

export interface SignInProvider {
  readonly id: string
  /** For users, as in "Sign in with Riverbend". */
  readonly label: string
  /** The name of the provider in the pool's `Logins`. */
  readonly login: string
  /** Whether the pool gets an access token that only the provider can read, or an ID token. */
  readonly kind: 'opaque' | 'id-token'
  readonly clientId: string
  /** Which rights the page asks for, as in `openid`. */
  readonly scope: string
  /** URLs. */
  readonly authorize: string
  readonly token: string
}

export interface GameConfig {
  readonly region: string
  readonly pool: PoolAddress
  /** The pool of which everyone is a guest who may read the leaderboard. */
  readonly board: PoolAddress
  readonly s3: { readonly endpoint: string; readonly bucket: string }
  readonly dynamodb: {
    readonly endpoint: string
    readonly profiles: string
    readonly scores: string
    readonly index: string
  }
  /** URL of `POST /v1/explain`. Absent: the broker does not explain. */
  readonly explain?: string
  readonly providers: readonly SignInProvider[]
}

/** @throws {Error} which setting is missing or is not a text */
export function parseGameConfig(value: unknown): GameConfig {
  const text = (path: string) => textAt(value, path)
  const explain = valueAt(value, 'explain')
  const providers = valueAt(value, 'providers')
  return {
    region: text('region'),
    pool: { id: text('pool.id'), endpoint: text('pool.endpoint') },
    board: { id: text('board.id'), endpoint: text('board.endpoint') },
    s3: { endpoint: text('s3.endpoint'), bucket: text('s3.bucket') },
    dynamodb: {
      endpoint: text('dynamodb.endpoint'),
      profiles: text('dynamodb.profiles'),
      scores: text('dynamodb.scores'),
      index: text('dynamodb.index'),
    },
    ...(typeof explain === 'string' ? { explain } : {}),
    providers: (Array.isArray(providers) ? providers : []).map(parseProvider),
  }
}

function parseProvider(value: unknown): SignInProvider {
  const kind = textAt(value, 'kind')
  if (kind !== 'opaque' && kind !== 'id-token')
    throw new Error('config.json: kind of a provider must be opaque or id-token')
  return {
    ...{ id: textAt(value, 'id'), label: textAt(value, 'label'), kind },
    ...{ login: textAt(value, 'login'), clientId: textAt(value, 'clientId') },
    scope: textAt(value, 'scope'),
    ...{ authorize: textAt(value, 'authorize'), token: textAt(value, 'token') },
  }
}

function textAt(value: unknown, path: string): string {
  const found = valueAt(value, path)
  if (typeof found === 'string' && found !== '') return found
  throw new Error(`config.json: ${path} must be a text; see packages/game/README.md`)
}

function valueAt(value: unknown, path: string): unknown {
  let found = value
  for (const name of path.split('.'))
    found = typeof found === 'object' && found !== null ? Reflect.get(found, name) : undefined
  return found
}
