/** One button per provider. */
import type { SignInProvider } from '../data/game-config.ts'
import { button, makeElement } from './element.ts'
import type { Game } from './view.ts'

/** @param verb as in "Sign in with Riverbend" */
export function createSignInButtons(game: Game, verb: 'Sign in with' | 'Link'): HTMLElement {
  const linked = game.linked().map(({ id }) => id)
  const others = game.providers().filter(({ id }) => !linked.includes(id))
  return createButtons(game, verb, others)
}

/** For a user whose token has expired. */
export function createAgainButtons(game: Game): HTMLElement {
  return createButtons(game, 'Sign in again with', game.linked())
}

function createButtons(game: Game, verb: string, providers: readonly SignInProvider[]) {
  return makeElement(
    'div',
    { class: 'providers' },
    ...providers.map((provider) =>
      button(`${verb} ${provider.label}`, () => game.signIn(provider)),
    ),
  )
}
