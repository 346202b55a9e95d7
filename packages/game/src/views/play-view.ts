/** A round in real time: canvas, score, and the controls for keys, mouse and fingers. */

import { randomValues } from '../browser-platform.ts'
import { startRound } from '../engine/play-round.ts'
import { comboFactor, NO_CONTROLS, type Round, secondsLeft } from '../engine/round.ts'
import { createGameCanvas } from '../play/game-canvas.ts'
import { startGameLoop } from '../play/game-loop.ts'
import { directionOf, isMoveKey } from '../play/keyboard.ts'
import { button, makeElement, viewHeading } from './element.ts'
import { glassColor } from './lamp-colors.ts'
import { createRoundDisplay } from './round-display.ts'
import type { Game, View } from './view.ts'

/** Seconds that are left when the score is announced. */
const ANNOUNCEMENTS = [60, 45, 30, 15, 5]

export function createPlayView(game: Game): View {
  const marsh = makeElement('canvas', {
    ...{ class: 'marsh', tabindex: 0, role: 'application' },
    'aria-label': 'The marsh. Arrows move the lantern, Space flares, P pauses.',
  })
  const display = createRoundDisplay()
  const overlay = makeElement('div', { class: 'overlay', hidden: true })
  const flareButton = button('Flare', () => flareNow(), { class: 'flare' })
  const pauseButton = button('Pause', () => togglePause())
  const root = makeElement(
    'section',
    { class: 'play' },
    makeElement('div', { class: 'visually-hidden' }, viewHeading('Round')),
    display.element,
    makeElement('div', { class: 'stage' }, marsh, overlay),
    makeElement(
      'div',
      { class: 'actions controls' },
      flareButton,
      pauseButton,
      button('End', () => game.show('home')),
    ),
  )

  const canvas = createGameCanvas(marsh, glassColor(game.profile().lamp))
  const pressed = new Set<string>()
  let controls = NO_CONTROLS
  let announced = Number.POSITIVE_INFINITY
  let isOver = false

  const loop = startGameLoop({
    round: startRound(new DataView(randomValues(4).buffer).getUint32(0)),
    onStep: (round) => canvas.show(round),
    onFrame: (round, seconds) => {
      canvas.draw(round, seconds)
      display.show(round)
      announceTime(round)
    },
    onOver: ({ score, caught, over }) => {
      isOver = true
      game.setLastResult(score, caught, over)
      game.saveScore(score)
      game.show('result')
    },
  })
  const announceTime = (round: Round) => {
    const due = ANNOUNCEMENTS.find(
      (seconds) => secondsLeft(round) <= seconds && seconds < announced,
    )
    if (due === undefined) return
    announced = Math.min(...ANNOUNCEMENTS.filter((seconds) => seconds >= secondsLeft(round)))
    const factor = comboFactor(round.combo)
    game.announce(
      `${announced} seconds left. Score ${round.score}${factor > 1 ? `, times ${factor}` : ''}.`,
    )
  }
  const control = (changed: typeof controls) => {
    controls = { ...changed, flare: false }
    loop.control(changed)
  }
  const flareNow = () => control({ ...controls, flare: true })
  const togglePause = () => (loop.isPaused() ? resume() : pause())
  const pause = () => {
    if (isOver || loop.isPaused()) return
    loop.pause()
    pressed.clear()
    control(NO_CONTROLS)
    const resumeButton = button('Resume', () => resume(), { class: 'primary' })
    overlay.replaceChildren(makeElement('p', {}, 'Paused'), resumeButton)
    overlay.hidden = false
    pauseButton.textContent = 'Resume'
    game.announce('Paused.')
    resumeButton.focus()
  }
  const resume = () => {
    overlay.hidden = true
    pauseButton.textContent = 'Pause'
    loop.resume()
    marsh.focus()
  }

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    if (event.code === 'KeyP' || event.code === 'Escape') return togglePause()
    if (loop.isPaused()) return
    const isOnButton = event.target instanceof HTMLButtonElement
    if (event.code === 'Space' && !isOnButton) {
      event.preventDefault()
      if (!event.repeat) flareNow()
    } else if (isMoveKey(event.code)) {
      event.preventDefault()
      pressed.add(event.code)
      control({ direction: directionOf(pressed), flare: false })
    }
  }
  const onKeyUp = (event: KeyboardEvent) => {
    if (pressed.delete(event.code)) control({ direction: directionOf(pressed), flare: false })
  }
  const onPointer = (event: PointerEvent) => {
    event.preventDefault()
    if (event.type === 'pointerdown') {
      // A second finger, and a click of the mouse, flare.
      if (!event.isPrimary || event.pointerType === 'mouse') flareNow()
      marsh.focus({ preventScroll: true })
    }
    if (event.isPrimary)
      control({ direction: NO_CONTROLS.direction, target: canvas.positionOf(event), flare: false })
  }
  const onHidden = () => {
    if (document.hidden) pause()
  }
  document.addEventListener('keydown', onKeyDown)
  document.addEventListener('keyup', onKeyUp)
  document.addEventListener('visibilitychange', onHidden)
  window.addEventListener('blur', pause)
  for (const type of ['pointerdown', 'pointermove'] as const)
    marsh.addEventListener(type, onPointer)

  return {
    element: root,
    close() {
      loop.stop()
      canvas.close()
      document.removeEventListener('keydown', onKeyDown)
      document.removeEventListener('keyup', onKeyUp)
      document.removeEventListener('visibilitychange', onHidden)
      window.removeEventListener('blur', pause)
    },
  }
}
