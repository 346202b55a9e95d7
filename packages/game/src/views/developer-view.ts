/** What the token broker decided, and what S3 and DynamoDB allowed and denied just now. */
import { nowMs } from '../browser-platform.ts'
import type { RecordedCall } from '../data/call-journal.ts'
import { toPlainError } from '../data/plain-errors.ts'
import type { ExplainedPlayer } from '../player/explain-player.ts'
import { button, makeElement, viewHeading } from './element.ts'
import type { Game, View } from './view.ts'

export function createDeveloperView(game: Game): View {
  const decision = makeElement('div', { class: 'decision' })
  const lifetime = makeElement('p', { class: 'lifetime' })
  const calls = makeElement('div', { class: 'calls', tabindex: 0, role: 'region' })
  calls.setAttribute('aria-label', 'Calls to S3 and DynamoDB')
  let isClosed = false

  const showLifetime = () => {
    const expiration = game.status().session?.credentials.expiration
    const seconds = expiration ? Math.round((expiration.getTime() - nowMs()) / 1000) : undefined
    lifetime.textContent = describeLifetime(seconds)
  }
  const showCalls = () => {
    const recorded = game.journal.calls()
    calls.replaceChildren(
      recorded.length === 0
        ? makeElement('p', {}, 'No calls yet.')
        : makeElement('ol', {}, ...recorded.map(createCall)),
    )
  }
  const explain = async () => {
    const explained = await game.explain().catch((error) => toPlainError(error).text)
    if (!isClosed) decision.replaceChildren(...createDecision(game, explained))
  }
  const attempt = (what: 'row' | 'picture' | 'scan') => async () => {
    await game.tryForbidden(what)
    const [latest] = game.journal.calls()
    if (latest) game.announce(`${latest.operation}: ${latest.outcome}. ${latest.detail ?? ''}`)
  }
  const timer = setInterval(showLifetime, 1000)
  const stopListening = game.journal.onChange(showCalls)
  showLifetime()
  showCalls()
  void explain()
  let shownSession = game.status().session
  return {
    element: makeElement(
      'section',
      { class: 'developer' },
      viewHeading('Developer panel'),
      makeElement(
        'p',
        {},
        'This page has AWS credentials of its own, from the token broker. They allow only what ' +
          'this player may do. Try something else:',
      ),
      makeElement(
        'div',
        { class: 'actions' },
        button('Read another player’s row', () => void attempt('row')()),
        button('Read another player’s picture', () => void attempt('picture')()),
        button('Scan all scores', () => void attempt('scan')()),
      ),
      makeElement('h3', {}, 'Calls just made'),
      calls,
      makeElement('h3', {}, 'Decision'),
      lifetime,
      decision,
      makeElement(
        'div',
        { class: 'actions' },
        button('Ask again', () => void explain()),
      ),
    ),
    update() {
      showLifetime()
      const { session } = game.status()
      if (session !== shownSession) void explain()
      shownSession = session
    },
    close() {
      isClosed = true
      clearInterval(timer)
      stopListening()
    },
  }
}

function describeLifetime(seconds: number | undefined): string {
  if (seconds === undefined)
    return 'No session yet: it is made when there is something to save or to read.'
  if (seconds <= 0) return 'The session is over. The next call gets another one.'
  return `The session ends in ${Math.floor(seconds / 60)} min ${seconds % 60} s.`
}

function createCall({ atMs, operation, target, outcome, detail }: RecordedCall): HTMLElement {
  return makeElement(
    'li',
    { class: `call ${outcome.replace(' ', '-')}` },
    makeElement('span', { class: 'outcome' }, outcome),
    makeElement('span', { class: 'operation' }, operation),
    makeElement('span', { class: 'target' }, target),
    makeElement('time', {}, new Date(atMs).toLocaleTimeString()),
    ...(detail === undefined ? [] : [makeElement('p', { class: 'detail' }, detail)]),
  )
}

function createDecision(game: Game, explained: ExplainedPlayer | string | undefined) {
  const { session } = game.status()
  const row = (name: string, value: string) => [
    makeElement('dt', {}, name),
    makeElement('dd', {}, value),
  ]
  const who = session
    ? row('Identity', `${session.identityId}${session.isGuest ? ' (guest)' : ''}`)
    : []
  if (explained === undefined)
    return [
      makeElement('dl', {}, ...who),
      makeElement('p', {}, 'The broker does not explain this session.'),
    ]
  if (typeof explained === 'string')
    return [makeElement('dl', {}, ...who), makeElement('p', {}, `No explanation. ${explained}`)]
  const { outcome, rule, grant, code, sessionPolicy } = explained
  return [
    makeElement(
      'dl',
      {},
      ...who,
      ...row('Outcome', code ? `${outcome} (${code})` : outcome),
      ...(rule ? row('Rule', rule) : []),
      ...(grant ? row('Grant', grant) : []),
    ),
    ...(sessionPolicy
      ? [
          makeElement('h4', {}, 'Session policy'),
          makeElement('pre', { tabindex: 0, 'aria-label': 'Session policy' }, sessionPolicy),
        ]
      : []),
  ]
}
