/** Reads a broker's settings, for programs that check them: `@token-broker/functions/settings`. */
export { type Configuration, readConfiguration } from './broker-configuration.ts'
export { recordReads } from './recorded-environment.ts'
export { explainUnused } from './unused-settings.ts'
