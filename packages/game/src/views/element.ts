/** Makes elements. Texts are text nodes, so that no name is read as HTML. */

type Attributes = Readonly<Record<string, string | number | boolean | undefined>>

/** `true` is an attribute without a value; `false` and `undefined` are none. */
export function makeElement<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes))
    if (value !== false && value !== undefined)
      made.setAttribute(name, value === true ? '' : String(value))
  made.append(...children)
  return made
}

/** @param attributes `class: 'primary'` for the most important one */
export function button(label: string, onPress: () => void, attributes: Attributes = {}) {
  const made = makeElement('button', { type: 'button', ...attributes }, label)
  made.addEventListener('click', onPress)
  return made
}

/** Of a view. It has the focus when the view appears, so that a screen reader starts there. */
export function viewHeading(text: string): HTMLElement {
  return makeElement('h2', { tabindex: -1, class: 'view-heading' }, text)
}
