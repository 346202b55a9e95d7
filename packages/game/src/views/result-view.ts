/** After a round. */
import { button, makeElement, viewHeading } from './element.ts'
import { createSignInButtons } from './sign-in-buttons.ts'
import { describeConnection } from './status-line.ts'
import type { Game, View } from './view.ts'

export function createResultView(game: Game): View {
  const { score, caught, isBest, why } = game.lastResult()
  const connection = makeElement('p', { class: 'connection' }, describeConnection(game))
  const root = makeElement(
    'section',
    { class: 'result' },
    viewHeading(why === 'time is up' ? 'Time is up' : 'Your light went out'),
    makeElement(
      'p',
      { class: 'final' },
      makeElement('strong', {}, String(score)),
      ` ${score === 1 ? 'point' : 'points'}`,
    ),
    makeElement(
      'p',
      {},
      `${caught} caught.${isBest && score > 0 ? ' Your best round so far!' : ''}`,
    ),
    connection,
    makeElement(
      'div',
      { class: 'actions' },
      button('Play again', () => game.show('play'), { class: 'primary' }),
      button('Leaderboard', () => game.show('board')),
    ),
    ...(game.linked().length > 0
      ? []
      : [
          makeElement(
            'p',
            {},
            'Guests are not on the leaderboard. Sign in, and this score comes with you.',
          ),
          createSignInButtons(game, 'Sign in with'),
        ]),
  )
  return {
    element: root,
    update: () => {
      connection.textContent = describeConnection(game)
    },
  }
}
