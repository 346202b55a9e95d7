/** The frame around the views: navigation, notices, and what screen readers announce. */
import { createBoardView } from './board-view.ts'
import { createDeveloperView } from './developer-view.ts'
import { button, makeElement } from './element.ts'
import { createHomeView } from './home-view.ts'
import { createPlayView } from './play-view.ts'
import { createProfileView } from './profile-view.ts'
import { createResultView } from './result-view.ts'
import { createStepsView } from './steps-view.ts'
import type { Game, View, ViewName } from './view.ts'

export interface Shell {
  start(game: Game): void
  show(view: ViewName): void
  update(): void
  announce(text: string): void
  /** A sentence that stays until the player closes it. */
  notify(text: string): void
}

const VIEWS: Readonly<Record<ViewName, (game: Game) => View>> = {
  home: createHomeView,
  play: createPlayView,
  steps: createStepsView,
  result: createResultView,
  board: createBoardView,
  profile: createProfileView,
  developer: createDeveloperView,
}
const NAVIGATION: readonly (readonly [ViewName, string])[] = [
  ['home', 'Game'],
  ['board', 'Leaderboard'],
  ['profile', 'Profile'],
  ['developer', 'Developer'],
]
const TITLE = 'Lantern Marsh'
const NOTICES = 3

/** @param root contains `nav`, `main`, and the elements with the ids `notices` and `live` */
export function createShell(root: ParentNode): Shell {
  const find = (selector: string) => {
    const found = root.querySelector<HTMLElement>(selector)
    if (!found) throw new Error(`index.html has no ${selector}`)
    return found
  }
  const [nav, main, notices, live] = [find('nav'), find('main'), find('#notices'), find('#live')]
  let game: Game | undefined
  let view: View | undefined

  const show = (name: ViewName, isFirst = false) => {
    if (!game) return
    view?.close?.()
    view = VIEWS[name](game)
    main.replaceChildren(view.element)
    // A round is a new beginning: what was said before it has been read.
    if (name === 'play' || name === 'steps') notices.replaceChildren()
    document.body.classList.toggle('in-round', name === 'play')
    const label = NAVIGATION.find(([other]) => other === name)?.[1]
    document.title = label === undefined || name === 'home' ? TITLE : `${label} – ${TITLE}`
    for (const link of nav.querySelectorAll('button'))
      if (link.dataset.view === name) link.setAttribute('aria-current', 'page')
      else link.removeAttribute('aria-current')
    if (isFirst) return
    scrollTo(0, 0)
    const target = view.element.querySelector<HTMLElement>('[role=application]')
    const heading = view.element.querySelector<HTMLElement>('.view-heading')
    ;(target ?? heading)?.focus({ preventScroll: true })
  }

  return {
    start(started) {
      game = started
      nav.replaceChildren(
        ...NAVIGATION.map(([name, label]) =>
          button(label, () => show(name), { 'data-view': name }),
        ),
      )
      show('home', true)
    },
    show: (name) => show(name),
    update: () => view?.update?.(),
    announce(text) {
      // The same text again is announced only if the element changes in between.
      live.replaceChildren()
      requestAnimationFrame(() => live.replaceChildren(text))
    },
    notify(text) {
      const notice = makeElement('div', { class: 'notice' }, makeElement('p', {}, text))
      notice.append(button('Close', () => notice.remove()))
      notices.append(notice)
      notice.scrollIntoView({ block: 'nearest' })
      while (notices.childElementCount > NOTICES) notices.firstElementChild?.remove()
    },
  }
}
