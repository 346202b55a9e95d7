/** The page of the game as it is built, served with everything behind it. */
import { fileURLToPath } from 'node:url'
import { type RunningGame, startGame } from '../../packages/local/src/game/start-game.ts'
import { closeAfterTests } from '../fixtures/index.ts'

export interface PageSettings {
  /** Of the page, without a slash at the end. */
  readonly url: string
  /** Origins that the page calls. */
  readonly origins: readonly string[]
}

const BUILT = fileURLToPath(new URL('../../dist/game', import.meta.url))

export async function startBuiltPage(): Promise<PageSettings & { readonly game: RunningGame }> {
  const game = await closeAfterTests(startGame({ port: 0, pageDir: BUILT }))
  const response = await fetch(`${game.url}/config.json`)
  const { pool, s3, dynamodb, providers } = await response.json()
  const urls = [pool.endpoint, s3.endpoint, dynamodb.endpoint, providers[0].token]
  return { game, url: game.url, origins: urls.map((url) => new URL(url).origin) }
}
