/** The types that shells outside this package need; the app itself is the bundle. */
export { type App, type HttpRequest, type HttpResponse, MAX_BODY_BYTES } from './http.ts'
