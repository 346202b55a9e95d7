/** `npm run demo -- token …`: a token of the demo IdP with any claims. */
import { parseArgs } from 'node:util'
import { demoToken, type Login } from './demo-client.ts'

const USAGE = `Prints a token of the demo IdP of "npm start":

  npm run --silent demo -- token --user NAME [--claims JSON] [--kind id|jwt|opaque]

--claims are added to those of the user, or replace them. With them, NAME may be anyone. An ID token
(the default) may state aud, exp and iat too.

  npm run --silent demo -- token --user alice --claims '{"groups":["dev"],"exp":1700000000}'`

const KINDS: Readonly<Record<string, Pick<Login, 'token' | 'resource'>>> = {
  id: { token: 'id_token' },
  jwt: { token: 'access_token', resource: 'urn:broker' },
  opaque: { token: 'access_token', resource: 'urn:opaque' },
}

/** @returns the exit code: 0 printed, 1 anything else */
export async function printStatedToken(args: readonly string[], idpUrl: string): Promise<number> {
  const login = readLogin(args)
  if (login === undefined) {
    console.error(USAGE)
    return 1
  }
  try {
    console.log(await demoToken(idpUrl, login))
    return 0
  } catch (error) {
    console.error(
      error instanceof TypeError
        ? 'The local runtime is not running: start it with "npm start" in another terminal.'
        : error instanceof Error && error.message,
    )
    return 1
  }
}

function readLogin(args: readonly string[]): Login | undefined {
  try {
    const { user, claims, kind } = parseArgs({
      args: [...args],
      options: {
        user: { type: 'string' },
        claims: { type: 'string' },
        kind: { type: 'string', default: 'id' },
      },
    }).values
    const token = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined
    if (user === undefined || token === undefined) return undefined
    return { username: user, ...token, ...(claims === undefined ? {} : { claims }) }
  } catch {
    return undefined
  }
}
