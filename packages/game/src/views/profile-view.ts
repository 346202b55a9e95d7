/** Name, lantern and picture of the player, the linked providers, and sign-out. */
import { LAMPS, NAME_LENGTH } from '../data/merge-profiles.ts'
import { defaultPicture } from '../data/pixel-picture.ts'
import { button, makeElement, viewHeading } from './element.ts'
import { glassColor } from './lamp-colors.ts'
import { createPixelEditor } from './pixel-editor.ts'
import { createSignInButtons } from './sign-in-buttons.ts'
import { describeConnection } from './status-line.ts'
import type { Game, View } from './view.ts'

export function createProfileView(game: Game): View {
  const connection = makeElement('p', { class: 'connection' }, describeConnection(game))
  const nameField = makeElement('input', {
    ...{ id: 'name', name: 'name', maxlength: NAME_LENGTH, autocomplete: 'nickname' },
    value: game.profile().name,
  })
  const form = makeElement(
    'form',
    { class: 'name-form' },
    makeElement('label', { for: 'name' }, 'Name on the leaderboard'),
    makeElement(
      'div',
      { class: 'row' },
      nameField,
      makeElement('button', { type: 'submit' }, 'Save name'),
    ),
  )
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    game.editProfile({ name: nameField.value })
    nameField.value = game.profile().name
    game.announce('Name saved.')
  })
  const picture = () => game.picture()?.pixels ?? defaultPicture()
  const editor = createPixelEditor(picture(), (pixels) => {
    game.editPicture(pixels)
    game.announce('Picture saved.')
  })
  const root = makeElement(
    'section',
    { class: 'profile' },
    viewHeading('Profile'),
    connection,
    makeElement(
      'div',
      { class: 'columns' },
      makeElement('div', {}, form, createLamps(game), createAccount(game)),
      editor.element,
    ),
  )
  let shownName = game.profile().name
  return {
    element: root,
    update() {
      connection.textContent = describeConnection(game)
      editor.load(picture())
      const { name, lamp } = game.profile()
      if (name !== shownName && document.activeElement !== nameField) nameField.value = name
      shownName = name
      for (const radio of root.querySelectorAll<HTMLInputElement>('input[name=lamp]'))
        radio.checked = radio.value === lamp
    },
  }
}

function createLamps(game: Game): HTMLElement {
  return makeElement(
    'fieldset',
    { class: 'lamps' },
    makeElement('legend', {}, 'Color of your lantern'),
    ...LAMPS.map((lamp) => {
      const radio = makeElement('input', {
        ...{ type: 'radio', name: 'lamp', value: lamp, checked: game.profile().lamp === lamp },
      })
      radio.addEventListener('change', () => game.editProfile({ lamp }))
      const swatch = makeElement('span', { class: 'swatch', 'aria-hidden': 'true' })
      swatch.style.background = glassColor(lamp)
      return makeElement('label', {}, radio, swatch, lamp)
    }),
  )
}

function createAccount(game: Game): HTMLElement {
  const linked = game.linked()
  if (linked.length === 0)
    return makeElement(
      'div',
      { class: 'account' },
      makeElement('h3', {}, 'Sign in'),
      makeElement('p', {}, 'You play as a guest. What you have comes with you when you sign in.'),
      createSignInButtons(game, 'Sign in with'),
      makeElement(
        'div',
        { class: 'actions' },
        button('Delete everything here', () => game.signOut()),
      ),
    )
  return makeElement(
    'div',
    { class: 'account' },
    makeElement('h3', {}, 'Sign-in'),
    makeElement('p', {}, `Signed in with ${linked.map(({ label }) => label).join(' and ')}.`),
    makeElement('p', {}, 'Link another account, and either of them leads to this player.'),
    createSignInButtons(game, 'Link'),
    makeElement(
      'div',
      { class: 'actions' },
      button('Sign out', () => game.signOut(), { class: 'danger' }),
    ),
    makeElement('p', { class: 'hint' }, 'Signing out deletes everything on this device.'),
  )
}
