/** A small editor for the picture of the player, for pointers and for keys. */
import { PICTURE_COLORS, PIXELS, type Picture } from '../data/pixel-picture.ts'
import { button, makeElement } from './element.ts'

const STEPS: Readonly<Record<string, number>> = {
  ...{ ArrowLeft: -1, ArrowRight: 1, ArrowUp: -PIXELS, ArrowDown: PIXELS },
}

export interface PixelEditor {
  readonly element: HTMLElement
  /** Shows a picture that was read later, unless the player has begun to draw. */
  load(picture: Picture): void
}

/** @param onSave receives the picture when the player presses the button */
export function createPixelEditor(first: Picture, onSave: (picture: Picture) => void): PixelEditor {
  const pixels = [...first]
  let isUntouched = true
  let color = 4
  const cells = pixels.map((_, index) =>
    makeElement('button', { type: 'button', class: 'pixel', tabindex: index === 0 ? 0 : -1 }),
  )
  const label = (index: number) => {
    const { name, rgb } = PICTURE_COLORS[pixels[index] ?? 0] ?? PICTURE_COLORS[0]
    const cell = cells[index]
    if (!cell) return
    cell.style.background = `rgb(${rgb.join(' ')})`
    const row = Math.floor(index / PIXELS) + 1
    cell.setAttribute('aria-label', `Row ${row}, column ${(index % PIXELS) + 1}: ${name}`)
  }
  const paint = (index: number) => {
    isUntouched = false
    pixels[index] = color
    label(index)
  }
  const grid = makeElement(
    'div',
    { class: 'pixels', role: 'group', 'aria-label': 'Pixels' },
    ...cells,
  )
  for (const index of cells.keys()) label(index)

  const indexOf = (target: EventTarget | null) =>
    target instanceof HTMLButtonElement ? cells.indexOf(target) : -1
  const paintAt = ({ clientX, clientY }: PointerEvent) => {
    const index = indexOf(document.elementFromPoint(clientX, clientY))
    if (index >= 0) paint(index)
  }
  grid.addEventListener('pointerdown', (event) => paintAt(event))
  grid.addEventListener('pointermove', (event) => {
    if (event.buttons === 0) return
    event.preventDefault()
    paintAt(event)
  })
  grid.addEventListener('click', (event) => {
    // Of the keys Space and Enter; a pointer has painted already.
    const index = indexOf(event.target)
    if (index >= 0) paint(index)
  })
  grid.addEventListener('keydown', (event) => {
    const from = indexOf(event.target)
    const to = from + (STEPS[event.key] ?? 0)
    if (from < 0 || to === from || !cells[to]) return
    event.preventDefault()
    cells[from]?.setAttribute('tabindex', '-1')
    cells[to].setAttribute('tabindex', '0')
    cells[to].focus()
  })

  const palette = makeElement(
    'fieldset',
    { class: 'palette' },
    makeElement('legend', {}, 'Color'),
    ...PICTURE_COLORS.map(({ name, rgb }, index) => {
      const radio = makeElement('input', { type: 'radio', name: 'color', checked: index === color })
      radio.addEventListener('change', () => {
        color = index
      })
      const swatch = makeElement('span', { class: 'swatch', 'aria-hidden': 'true' })
      swatch.style.background = `rgb(${rgb.join(' ')})`
      const text = makeElement('span', { class: 'visually-hidden' }, name)
      return makeElement('label', { title: name }, radio, swatch, text)
    }),
  )
  const fill = (picture: Picture) => {
    for (const index of cells.keys()) {
      pixels[index] = picture[index] ?? 0
      label(index)
    }
  }
  const clear = () => {
    isUntouched = false
    fill([])
  }
  return {
    element: makeElement(
      'div',
      { class: 'editor' },
      makeElement('h3', {}, 'Your picture'),
      ...[grid, palette],
      makeElement(
        'div',
        { class: 'actions' },
        button('Save picture', () => onSave([...pixels])),
        button('Clear', clear),
      ),
    ),
    load(picture) {
      if (isUntouched) fill(picture)
    },
  }
}
