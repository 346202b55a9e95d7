/** Asks before a sign-out that loses something. */
import { button, makeElement } from './element.ts'

/** @param lost as in "2 scores, your name" */
export function confirmLoss(lost: string): Promise<boolean> {
  return new Promise((resolve) => {
    const dialog = makeElement('dialog', { 'aria-labelledby': 'loss-title' })
    const finish = (isConfirmed: boolean) => {
      dialog.close()
      dialog.remove()
      resolve(isConfirmed)
    }
    dialog.append(
      makeElement('h2', { id: 'loss-title' }, 'Not everything is saved'),
      makeElement('p', {}, `If you sign out now, this is lost: ${lost}.`),
      makeElement(
        'div',
        { class: 'actions' },
        button('Stay', () => finish(false), { class: 'primary' }),
        button('Sign out and lose it', () => finish(true), { class: 'danger' }),
      ),
    )
    dialog.addEventListener('cancel', () => finish(false))
    document.body.append(dialog)
    dialog.showModal()
  })
}
