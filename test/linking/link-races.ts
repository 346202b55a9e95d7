/** Races of sign-ins, with one login or several, and of logins that are linked and unlinked. */
import { ownIdOf, type Race, signInWith, unlink, unlinkExactly } from './race.ts'
import { ALL_THREE, ANN, ANN_APPLE, ANN_FB, BEN, BEN_FB, TOGETHER } from './race-logins.ts'

export const SIGN_IN_RACES: readonly Race[] = [
  { name: 'the first sign-in, twice', logins: [ANN], requests: [signInWith(ANN), signInWith(ANN)] },
  {
    name: 'the first sign-in, three times',
    logins: [ANN],
    requests: [signInWith(ANN), signInWith(ANN), signInWith(ANN)],
    interruptions: [2, 3],
  },
  {
    name: 'two logins together, twice',
    logins: [ANN, ANN_FB],
    mayShare: TOGETHER,
    requests: [signInWith(ANN, ANN_FB), signInWith(ANN, ANN_FB)],
    interruptions: [2, 3],
  },
  {
    name: 'two logins together, and the second alone',
    logins: [ANN, ANN_FB],
    mayShare: TOGETHER,
    requests: [signInWith(ANN, ANN_FB), signInWith(ANN_FB)],
    interruptions: [2, 4],
  },
  {
    name: 'two logins together, in both orders',
    logins: [ANN, ANN_FB],
    mayShare: TOGETHER,
    requests: [signInWith(ANN, ANN_FB), signInWith(ANN_FB, ANN)],
    interruptions: [2, 3],
  },
]

export const LINK_RACES: readonly Race[] = [
  {
    name: 'link a second login, and its first sign-in',
    logins: [ANN, ANN_FB],
    mayShare: TOGETHER,
    before: [signInWith(ANN)],
    requests: [signInWith(ANN, ANN_FB), signInWith(ANN_FB)],
  },
  {
    name: 'one login is linked to two strangers',
    logins: [ANN, BEN, ANN_FB],
    mayShare: [
      [ANN, ANN_FB],
      [BEN, ANN_FB],
    ],
    before: [signInWith(ANN), signInWith(BEN)],
    requests: [signInWith(ANN, ANN_FB), signInWith(BEN, ANN_FB)],
    interruptions: [2, 3],
  },
  {
    name: 'two logins of one provider are linked to one identity',
    logins: [ANN, ANN_FB, BEN_FB],
    mayShare: [
      [ANN, ANN_FB],
      [ANN, BEN_FB],
    ],
    before: [signInWith(ANN)],
    requests: [signInWith(ANN, ANN_FB), signInWith(ANN, BEN_FB)],
    interruptions: [2, 3],
  },
  {
    name: 'a second login of a provider, after a request that ended halfway',
    logins: [ANN, ANN_FB, BEN_FB],
    mayShare: [
      [ANN, ANN_FB],
      [ANN, BEN_FB],
    ],
    before: [signInWith(ANN), signInWith(BEN_FB)],
    requests: [signInWith(ANN, ANN_FB), signInWith(ANN, BEN_FB)],
    interruptions: [2, 3],
  },
]

export const UNLINK_RACES: readonly Race[] = [
  {
    name: 'unlink a login while it is used',
    logins: [ANN, ANN_FB],
    mayShare: TOGETHER,
    before: [signInWith(ANN, ANN_FB)],
    requests: [unlink(ANN, ANN_FB), signInWith(ANN_FB)],
    interruptions: [2, 3],
  },
  {
    name: 'unlink a login while another of its provider is linked',
    logins: [ANN, ANN_FB, BEN_FB],
    mayShare: [
      [ANN, ANN_FB],
      [ANN, BEN_FB],
    ],
    before: [signInWith(ANN, ANN_FB)],
    requests: [unlink(ANN, ANN_FB), signInWith(ANN, BEN_FB)],
    interruptions: [1, 2],
  },
  {
    name: 'unlink the login with which another is just being linked',
    logins: [ANN, ANN_FB, ANN_APPLE],
    mayShare: ALL_THREE,
    before: [signInWith(ANN, ANN_FB)],
    requests: [unlink(ANN, ANN_FB), signInWith(ANN_FB, ANN_APPLE)],
    interruptions: [1, 2],
  },
  {
    name: 'unlink the login with which another is being linked, while that one returns',
    logins: [ANN, ANN_FB, ANN_APPLE],
    mayShare: ALL_THREE,
    before: [signInWith(ANN, ANN_FB)],
    requests: [
      unlinkExactly(ANN_FB, ownIdOf(ANN)),
      signInWith(ANN_FB, ANN_APPLE),
      signInWith(ANN_APPLE),
    ],
    interruptions: [2, 3],
  },
  {
    name: 'unlink the login that came first, while it returns',
    logins: [ANN, ANN_FB],
    mayShare: TOGETHER,
    before: [signInWith(ANN, ANN_FB)],
    requests: [unlink(ANN_FB, ANN), signInWith(ANN)],
    interruptions: [2, 3],
  },
  {
    name: 'unlink a login twice, in the two ways',
    logins: [ANN, ANN_FB],
    mayShare: TOGETHER,
    before: [signInWith(ANN, ANN_FB)],
    requests: [unlink(ANN, ANN_FB), unlinkExactly(ANN_FB, ownIdOf(ANN))],
    interruptions: [1, 2],
  },
]
