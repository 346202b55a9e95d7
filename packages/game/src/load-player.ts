/** Loads the settings and what talks to the servers, once: the game can be played before. */
import { send } from './browser-platform.ts'
import { type GameConfig, parseGameConfig } from './data/game-config.ts'
import type { Player, PlayerOptions } from './player/player.ts'

export interface PlayerLoader {
  config(): GameConfig | undefined
  loadConfig(): Promise<GameConfig>
  /** Undefined until it is loaded. */
  loaded(): Player | undefined
  /** @throws {Error} the settings or the code cannot be loaded; the next call tries again */
  load(): Promise<Player>
}

const TIMEOUT_MS = 10_000

export function createPlayerLoader(options: Omit<PlayerOptions, 'config'>): PlayerLoader {
  let config: GameConfig | undefined
  let player: Player | undefined
  let loading: Promise<Player> | undefined
  const loadConfig = async () => {
    config ??= await fetchConfig()
    return config
  }
  const loadOnce = async () => {
    const [settings, { createPlayer }] = await Promise.all([
      loadConfig(),
      // The AWS SDK and Amplify are nine tenths of the code, and nobody needs them to play.
      import('./player/player.ts'),
    ])
    player = createPlayer({ ...options, config: settings })
    return player
  }
  return {
    config: () => config,
    loadConfig,
    loaded: () => player,
    load() {
      loading ??= loadOnce().finally(() => {
        if (!player) loading = undefined
      })
      return loading
    },
  }
}

async function fetchConfig(): Promise<GameConfig> {
  const response = await send('/config.json', { signal: AbortSignal.timeout(TIMEOUT_MS) })
  if (!response.ok) throw new TypeError(`config.json: HTTP status ${response.status}`)
  return parseGameConfig(await response.json())
}
