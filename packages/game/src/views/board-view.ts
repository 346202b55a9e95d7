/** The leaderboard, and the player's own scores. */
import { toPlainError } from '../data/plain-errors.ts'
import { button, makeElement, viewHeading } from './element.ts'
import type { Game, View } from './view.ts'

export function createBoardView(game: Game): View {
  const list = makeElement('div', { 'aria-busy': true }, makeElement('p', {}, 'Loading…'))
  const own = makeElement('div', { class: 'own' })
  let isClosed = false

  const load = async () => {
    list.setAttribute('aria-busy', 'true')
    const content = await readEntries(game).catch((error) =>
      makeElement('p', {}, toPlainError(error).text),
    )
    if (isClosed) return
    list.replaceChildren(content)
    list.removeAttribute('aria-busy')
  }
  const update = () => {
    const scores = game.status().scores.slice(0, 5)
    own.replaceChildren(
      makeElement('h3', {}, 'Your best rounds'),
      scores.length === 0
        ? makeElement('p', {}, 'None are saved yet.')
        : makeElement(
            'ol',
            { class: 'scores' },
            ...scores.map(({ score, at }) =>
              makeElement(
                'li',
                {},
                makeElement('span', { class: 'points' }, String(score)),
                makeElement('span', { class: 'when' }, new Date(at * 1000).toLocaleDateString()),
              ),
            ),
          ),
    )
  }
  update()
  void load()
  return {
    element: makeElement(
      'section',
      { class: 'board' },
      viewHeading('Leaderboard'),
      makeElement(
        'div',
        { class: 'columns' },
        makeElement('div', {}, makeElement('h3', {}, 'Everyone'), list),
        own,
      ),
      makeElement(
        'div',
        { class: 'actions' },
        button('Load again', () => void load()),
      ),
    ),
    update,
    close() {
      isClosed = true
    },
  }
}

async function readEntries(game: Game): Promise<HTMLElement> {
  const player = await game.player()
  const entries = await player.leaderboard()
  if (entries.length === 0)
    return makeElement('p', {}, 'Nobody is here yet. Sign in and play: the first place is free.')
  return makeElement(
    'ol',
    { class: 'scores' },
    ...entries.map(({ name, score }) =>
      makeElement(
        'li',
        {},
        makeElement('span', { class: 'points' }, String(score)),
        // A name that somebody else chose: it is isolated, so that it cannot turn the line around.
        makeElement('bdi', { class: 'name' }, name.slice(0, 40)),
      ),
    ),
  )
}
