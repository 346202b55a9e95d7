/** Reuse of sessions. A bundle of its own, loaded with the first grant that has `reuse`. */
export { createSessionReuse, type ReuseSession } from './reuse-sessions.ts'
