/** A round that waits for keys and is described in words: for players who do not see the marsh. */
import { randomValues } from '../browser-platform.ts'
import { describeRound } from '../engine/describe-round.ts'
import { startRound } from '../engine/play-round.ts'
import type { Point, Round } from '../engine/round.ts'
import { createGameCanvas } from '../play/game-canvas.ts'
import { makeMove } from '../play/game-loop.ts'
import { button, makeElement, viewHeading } from './element.ts'
import { glassColor } from './lamp-colors.ts'
import { createRoundDisplay } from './round-display.ts'
import type { Game, View } from './view.ts'

/** As on a compass. */
const MOVES: readonly { readonly label: string; readonly keys: readonly string[]; by: Point }[] = [
  { label: 'North-west', keys: ['KeyQ'], by: { x: -1, y: -1 } },
  { label: 'North', keys: ['ArrowUp', 'KeyW'], by: { x: 0, y: -1 } },
  { label: 'North-east', keys: ['KeyE'], by: { x: 1, y: -1 } },
  { label: 'West', keys: ['ArrowLeft', 'KeyA'], by: { x: -1, y: 0 } },
  { label: 'East', keys: ['ArrowRight', 'KeyD'], by: { x: 1, y: 0 } },
  { label: 'South-west', keys: ['KeyZ', 'KeyY'], by: { x: -1, y: 1 } },
  { label: 'South', keys: ['ArrowDown', 'KeyS'], by: { x: 0, y: 1 } },
  { label: 'South-east', keys: ['KeyC'], by: { x: 1, y: 1 } },
]
const STILL: Point = { x: 0, y: 0 }

export function createStepsView(game: Game): View {
  let round = startRound(new DataView(randomValues(4).buffer).getUint32(0))
  const marsh = makeElement('canvas', { class: 'marsh', 'aria-hidden': 'true' })
  const display = createRoundDisplay()
  const description = makeElement('p', { class: 'description' })
  const canvas = createGameCanvas(marsh, glassColor(game.profile().lamp))

  const move = (by: Point, flares = false) => {
    if (round.over !== 'no') return
    const before = round
    for (const next of makeMove(round, by, flares)) {
      canvas.show(next)
      round = next
    }
    describe(before)
    if (round.over === 'no') return
    game.setLastResult(round.score, round.caught, round.over)
    game.saveScore(round.score)
    game.show('result')
  }
  const describe = (before: Round) => {
    const caught = round.caught - before.caught
    const text = `${caught > 0 ? `Caught ${caught}. ` : ''}${describeRound(round)}`
    description.textContent = text
    game.announce(text)
    display.show(round)
    canvas.draw(round, 0.4)
  }
  const flare = button('Flare', () => move(STILL, true), { class: 'flare' })
  const label = { 'aria-label': 'The marsh. Arrows move, Space flares, Enter repeats.' }
  const root = makeElement(
    'section',
    { class: 'play steps' },
    viewHeading('Step by step'),
    makeElement(
      'p',
      { class: 'hint' },
      'Arrows move, Q E Z C move diagonally, Space flares, Enter repeats the description.',
    ),
    display.element,
    description,
    makeElement(
      'div',
      { class: 'actions moves' },
      ...MOVES.map(({ label, by }) => button(label, () => move(by))).toSpliced(4, 0, flare),
      button('End', () => game.show('home'), { class: 'end' }),
    ),
    // Screen readers pass the arrow keys on inside an application.
    makeElement('div', { class: 'stage', role: 'application', tabindex: 0, ...label }, marsh),
  )
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const isOnButton = event.target instanceof HTMLButtonElement
    const found = MOVES.find(({ keys }) => keys.includes(event.code))
    if (found) move(found.by)
    else if (event.code === 'Space' && !isOnButton) move(STILL, true)
    else if (event.code === 'Enter' && !isOnButton) game.announce(describeRound(round))
    else return
    event.preventDefault()
  }
  document.addEventListener('keydown', onKeyDown)
  requestAnimationFrame(() => describe(round))
  return {
    element: root,
    close() {
      document.removeEventListener('keydown', onKeyDown)
      canvas.close()
    },
  }
}
