/** The start: what the game is, how it is played, and who plays. */
import { defaultPicture } from '../data/pixel-picture.ts'
import { button, makeElement, viewHeading } from './element.ts'
import { createPictureView } from './picture-view.ts'
import { createAgainButtons, createSignInButtons } from './sign-in-buttons.ts'
import { describeConnection } from './status-line.ts'
import type { Game, View } from './view.ts'

export function createHomeView(game: Game): View {
  const root = makeElement('section', { class: 'home' })
  root.append(createWelcome(game), createPlayerCard(game))
  let shown = ''
  return {
    element: root,
    update() {
      // Only if something is different, so that nobody loses the place.
      const next = JSON.stringify([
        ...[game.profile(), game.picture(), game.linked(), game.providers().length],
        ...[game.status().connection, describeConnection(game)],
      ])
      const card = root.querySelector('.card')
      if (next === shown || card === null) return
      shown = next
      const focused = card.contains(document.activeElement) ? document.activeElement : null
      const made = createPlayerCard(game)
      card.replaceWith(made)
      const same = [...made.querySelectorAll('button')].find(
        ({ textContent }) => textContent === focused?.textContent,
      )
      same?.focus()
    },
  }
}

function createWelcome(game: Game): HTMLElement {
  return makeElement(
    'div',
    { class: 'welcome' },
    viewHeading('Catch the light before yours runs out'),
    makeElement(
      'p',
      { class: 'lead' },
      'Fireflies hide in the marsh. Each one that you touch keeps your lantern burning. ' +
        'Gather several in the light and flare: the more at once, the more each one counts. ' +
        'Keep away from moths.',
    ),
    makeElement(
      'div',
      { class: 'actions' },
      button('Play', () => game.show('play'), { class: 'primary', id: 'play' }),
      button('Play step by step', () => game.show('steps'), { 'aria-describedby': 'steps-hint' }),
    ),
    makeElement(
      'p',
      { id: 'steps-hint', class: 'hint' },
      'Step by step: the marsh waits for your keys and is described in words, for players who do ' +
        'not see it or need time.',
    ),
    makeElement(
      'ul',
      { class: 'how-to' },
      makeElement('li', {}, 'Mouse or finger: the lantern follows. Click, or tap “Flare”.'),
      makeElement('li', {}, 'Keys: arrows or W A S D to move, Space to flare, P to pause.'),
    ),
  )
}

function createPlayerCard(game: Game): HTMLElement {
  const { name, best } = game.profile()
  const linked = game.linked()
  const isUser = linked.length > 0
  return makeElement(
    'div',
    { class: 'card' },
    makeElement(
      'div',
      { class: 'who' },
      createPictureView(game.picture()?.pixels ?? defaultPicture(), 'Your picture'),
      makeElement(
        'div',
        {},
        makeElement('h3', {}, name),
        makeElement('p', { class: 'best' }, best > 0 ? `Best score: ${best}` : 'No score yet'),
      ),
    ),
    makeElement('p', { class: 'connection' }, describeConnection(game)),
    ...(isUser
      ? [
          makeElement('p', {}, `Signed in with ${linked.map(({ label }) => label).join(' and ')}.`),
          ...(game.status().connection === 'sign-in' ? [createAgainButtons(game)] : []),
        ]
      : [
          makeElement(
            'p',
            {},
            'You play as a guest on this device. Sign in to keep your scores, to see them on ' +
              'other devices, and to appear on the leaderboard. What you have comes with you.',
          ),
          createSignInButtons(game, 'Sign in with'),
        ]),
  )
}
