/** One button per provider. */
import { button, makeElement } from './element.ts'
import type { Game } from './view.ts'

/** @param verb as in "Sign in with Riverbend" */
export function createSignInButtons(game: Game, verb: 'Sign in with' | 'Link'): HTMLElement {
  const linked = game.linked().map(({ id }) => id)
  return makeElement(
    'div',
    { class: 'providers' },
    ...game
      .providers()
      .filter(({ id }) => !linked.includes(id))
      .map((provider) => button(`${verb} ${provider.label}`, () => game.signIn(provider))),
  )
}
