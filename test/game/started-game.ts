/** The game for tests: started in this process, with callers of its identity pools. */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { type RunningGame, startGame } from '../../packages/local/src/game/start-game.ts'
import { closeAfterTests, makeTemporaryFolder } from '../fixtures/index.ts'
import { type SignInClient, signInClient } from './demo-sign-in.ts'

export const GAME_POOL = 'eu-central-1:3c1f6f0e-2a5b-4d7c-9e8f-7b6a5d4c3b2a'
export const BOARD_POOL = 'eu-central-1:8d2e7a1b-5c4f-4b3a-8a9d-1e0f2c3b4d5e'

type Logins = Readonly<Record<string, string>>

export interface PoolSession {
  readonly identityId: string
  readonly credentials: {
    readonly accessKeyId: string
    readonly secretAccessKey: string
    readonly sessionToken: string
  }
}

export interface StartedGame extends RunningGame, PoolCalls {
  readonly providers: SignInClient
}

/** Calls of the identity pools of the game. */
interface PoolCalls {
  /** An operation of an identity pool, as clients of Amazon Cognito send it. */
  call(operation: string, body: object, pool?: string): Promise<PoolResponse>
  /** Credentials for logins, or for a guest, which is a new one without `identityId`. */
  session(logins?: Logins, identityId?: string, pool?: string): Promise<PoolSession>
}

interface PoolResponse {
  readonly status: number
  readonly json: Readonly<Record<string, unknown>>
}

/** @param files of the page, instead of the one that is built */
export async function startGameForTest(
  files: Readonly<Record<string, string>> = { 'index.html': '<!doctype html>' },
  dataDir?: string,
): Promise<StartedGame> {
  const pageDir = makeTemporaryFolder()
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(pageDir, name), text)
  const game = await closeAfterTests(
    startGame({ port: 0, pageDir, ...(dataDir === undefined ? {} : { dataDir }) }),
  )
  const providers = signInClient(game.providersUrl, `${game.url}/`)
  return { ...game, providers, ...poolCalls(game.runtime.brokerUrl) }
}

export function poolCalls(brokerUrl: string): PoolCalls {
  const call = async (operation: string, body: object, pool = GAME_POOL) => {
    const response = await fetch(`${brokerUrl}/cognito/${pool}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `AWSCognitoIdentityService.${operation}`,
      },
      body: JSON.stringify(body),
    })
    return { status: response.status, json: await response.json() }
  }
  return {
    call,
    async session(Logins = {}, identityId, pool = GAME_POOL) {
      const known = identityId ?? (await call('GetId', { IdentityPoolId: pool, Logins }, pool))
      const IdentityId = typeof known === 'string' ? known : known.json.IdentityId
      const { json } = await call('GetCredentialsForIdentity', { IdentityId, Logins }, pool)
      return readSession(json)
    },
  }
}

function readSession(json: PoolResponse['json']): PoolSession {
  const { IdentityId: identityId, Credentials: issued } = json
  if (typeof identityId !== 'string' || typeof issued !== 'object' || issued === null)
    throw new Error(`The pool issued nothing: ${JSON.stringify(json)}`)
  const text = (name: string) => String(Reflect.get(issued, name))
  const credentials = {
    ...{ accessKeyId: text('AccessKeyId'), secretAccessKey: text('SecretKey') },
    sessionToken: text('SessionToken'),
  }
  return { identityId, credentials }
}
