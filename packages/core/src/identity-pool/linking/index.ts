/** Linking of logins, for the bundle of identity pools, for the command line and for tests. */
export { deleteIdentity, disableIdentity, type EndResult } from './end-identity.ts'
export {
  areNew,
  identifyLogins,
  isGuestFree,
  type LinkedIdentity,
  type LinkingRequest,
  type LinkingRules,
} from './identify-linked.ts'
export { linkLogin, ownIdentity } from './link-logins.ts'
export type {
  IdentityItem,
  ItemName,
  LinkingItem,
  LinkingLogin,
  LoginItem,
  LoginRef,
  Stored,
} from './linking-items.ts'
export { type Linked, type LinkingRefusal, MAX_MERGED, type Refused } from './linking-result.ts'
export { mergeIdentities } from './merge-identities.ts'
export { type LoginOfIdentity, loginsOf, membersOf } from './merged-identities.ts'
export { resolveLogin, rootOf } from './resolve-login.ts'
export { type LinkingTable, runSteps } from './run-steps.ts'
export type { StepResult, Steps, TableStep } from './table-steps.ts'
export { unlinkLogin, unlinkProviders } from './unlink-logins.ts'
export { adoptGuest, CLAIM_SECONDS, claimGuest, type Guest, isClaimed } from './upgrade-guest.ts'
