/** Score, combo, time and light above the marsh. */
import { comboFactor, type Round, secondsLeft } from '../engine/round.ts'
import { makeElement } from './element.ts'

export function createRoundDisplay() {
  const score = makeElement('strong', { class: 'score' }, '0')
  const combo = makeElement('span', { class: 'combo' }, '×1')
  const time = makeElement('span', { class: 'time' }, '')
  const fill = makeElement('span', { class: 'light-fill' })
  const light = makeElement(
    'div',
    {
      class: 'light',
      role: 'meter',
      'aria-label': 'Light',
      'aria-valuemin': 0,
      'aria-valuemax': 100,
    },
    fill,
  )
  const root = makeElement(
    'div',
    { class: 'display' },
    makeElement('p', {}, makeElement('span', { class: 'label' }, 'Score '), score, ' ', combo),
    makeElement('p', {}, makeElement('span', { class: 'label' }, 'Time '), time),
    light,
  )
  return {
    element: root,
    show(round: Round) {
      const percent = Math.round(round.light * 100)
      score.textContent = String(round.score)
      combo.textContent = `×${comboFactor(round.combo)}`
      time.textContent = String(Math.ceil(secondsLeft(round)))
      fill.style.transform = `scaleX(${round.light})`
      light.setAttribute('aria-valuenow', String(percent))
      light.classList.toggle('low', round.light < 0.25)
    },
  }
}
