/** Whether everything is saved, in a sentence. */
import type { Game } from './view.ts'

export function describeConnection(game: Game): string {
  const { connection, problem } = game.status()
  const unsaved = game.unsaved()
  const scores = `${unsaved} ${unsaved === 1 ? 'score' : 'scores'}`
  switch (connection) {
    case 'not asked':
      return unsaved === 0 ? 'Nothing is stored yet.' : `${scores} on this device, not yet saved.`
    case 'saving':
      return 'Saving…'
    case 'saved':
      return unsaved === 0
        ? 'Everything is saved.'
        : `Saved. ${scores} of a player who signed in here before: sign in again to save them.`
    default:
      return `${unsaved === 0 ? '' : `${scores} not yet saved. `}${problem ?? ''}`
  }
}
