/** The former place of these two, until every caller imports them from the fixtures. */
export { startServer, type TestServer } from '../../fixtures/http-server.ts'
