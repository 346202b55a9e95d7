/** The public API: two credential providers, their options, and the one error class. */
export {
  type AmplifyCredentialsProvider,
  type ForAmplifyOptions,
  forAmplify,
} from './for-amplify.ts'
export { fromTokenBroker, type TokenBrokerProvider } from './from-token-broker.ts'
export type {
  AwsCredentials,
  DpopKeyPair,
  Fetch,
  FromTokenBrokerOptions,
} from './provider-options.ts'
export { TokenBrokerError, type TokenBrokerErrorCode } from './token-broker-error.ts'
