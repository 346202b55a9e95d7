/** All races that are checked. */
import { MIGRATION_RACES } from './migration-races.ts'
import {
  adopt,
  claim,
  disable,
  GUEST,
  merge,
  ownIdOf,
  type Race,
  remove,
  SECOND_GUEST,
  signInAndMerge,
  signInWith,
  unlink,
  unlinkExactly,
  useGuest,
} from './race.ts'

const ANN = 'google:ann'
const ANN_FB = 'facebook:ann'
const ANN_APPLE = 'apple:ann'
const BEN = 'google:ben'
const BEN_FB = 'facebook:ben'
const TOGETHER = [[ANN, ANN_FB]] as const
const ALL_THREE = [
  [ANN, ANN_FB],
  [ANN, ANN_APPLE],
  [ANN_FB, ANN_APPLE],
] as const

const SIGN_IN: readonly Race[] = [
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

const GUESTS: readonly Race[] = [
  {
    name: 'adopt a guest, and sign in',
    logins: [ANN],
    requests: [adopt(GUEST, ANN), signInWith(ANN)],
  },
  {
    name: 'a thief and the owner adopt one guest',
    logins: [ANN, BEN],
    requests: [adopt(GUEST, ANN), adopt(GUEST, BEN)],
  },
  {
    name: 'a thief and the owner adopt one guest, with logins of two providers',
    logins: [ANN, BEN_FB],
    requests: [adopt(GUEST, ANN), adopt(GUEST, BEN_FB)],
  },
  {
    name: 'a thief, the owner and a second device of the owner',
    logins: [ANN, BEN],
    requests: [adopt(GUEST, ANN), adopt(GUEST, BEN), signInWith(ANN)],
    interruptions: [1, 2],
  },
  {
    name: 'one login adopts two guests on two devices',
    logins: [ANN],
    requests: [adopt(GUEST, ANN), adopt(SECOND_GUEST, ANN)],
  },
  {
    name: 'a thief and the owner claim one guest',
    logins: [ANN, BEN],
    requests: [claim(GUEST, ANN), claim(GUEST, BEN)],
    interruptions: [2, 3],
  },
  {
    name: 'one login claims a guest twice',
    logins: [ANN],
    requests: [claim(GUEST, ANN), claim(GUEST, ANN)],
    interruptions: [2, 3],
  },
  {
    name: 'two logins of one identity claim a guest',
    logins: [ANN, ANN_FB],
    mayShare: TOGETHER,
    before: [signInWith(ANN, ANN_FB)],
    requests: [claim(GUEST, ANN), claim(GUEST, ANN_FB)],
  },
  {
    name: 'one login claims a guest, and another adopts it',
    logins: [ANN, BEN],
    requests: [claim(GUEST, ANN), adopt(GUEST, BEN)],
    interruptions: [2, 3],
  },
  {
    name: 'a guest is used while it is claimed',
    logins: [ANN],
    before: [signInWith(ANN)],
    requests: [claim(GUEST, ANN), useGuest(GUEST)],
  },
  {
    name: 'a guest is claimed, and the login is unlinked',
    logins: [ANN, ANN_FB],
    mayShare: TOGETHER,
    before: [signInWith(ANN, ANN_FB)],
    requests: [claim(GUEST, ANN), unlink(ANN_FB, ANN)],
    interruptions: [1, 3],
  },
]

const LINKS: readonly Race[] = [
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

const UNLINKS: readonly Race[] = [
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

const MERGES: readonly Race[] = [
  {
    name: 'merge both ways',
    merges: true,
    logins: [ANN, BEN],
    mayShare: [[ANN, BEN]],
    before: [signInWith(ANN), signInWith(BEN)],
    requests: [merge(ANN, BEN), merge(BEN, ANN)],
    interruptions: [2, 3],
  },
  {
    name: 'merge, and link a login to the younger',
    merges: true,
    logins: [ANN, BEN_FB, ANN_APPLE],
    mayShare: [
      [ANN, BEN_FB],
      [ANN, ANN_APPLE],
      [BEN_FB, ANN_APPLE],
    ],
    before: [signInWith(ANN), signInWith(BEN_FB)],
    requests: [merge(ANN, BEN_FB), signInWith(ANN, ANN_APPLE)],
    interruptions: [1, 2],
  },
  {
    name: 'merge in a ring of three',
    merges: true,
    logins: [ANN, ANN_FB, ANN_APPLE],
    mayShare: ALL_THREE,
    before: [signInWith(ANN), signInWith(ANN_FB), signInWith(ANN_APPLE)],
    requests: [merge(ANN, ANN_FB), merge(ANN_FB, ANN_APPLE), merge(ANN_APPLE, ANN)],
    interruptions: [1, 1],
  },
  {
    name: 'two identities of one provider are presented together in two requests',
    merges: true,
    logins: [ANN, ANN_FB],
    mayShare: TOGETHER,
    before: [signInWith(ANN), signInWith(ANN_FB)],
    requests: [signInAndMerge(ANN, ANN_FB), signInAndMerge(ANN_FB, ANN)],
    interruptions: [1, 2],
  },
  {
    name: 'unlink from a merged identity while it is merged again',
    merges: true,
    logins: [ANN, ANN_FB, ANN_APPLE],
    mayShare: ALL_THREE,
    before: [signInWith(ANN), signInWith(ANN_FB), signInWith(ANN_APPLE), merge(ANN_FB, ANN_APPLE)],
    requests: [unlink(ANN_FB, ANN_APPLE), merge(ANN, ANN_FB)],
    interruptions: [1, 1],
  },
  developerMerges(),
]

const ENDS: readonly Race[] = [
  {
    name: 'disable a guest while it is adopted',
    logins: [ANN],
    requests: [disable(GUEST.id), adopt(GUEST, ANN)],
  },
  {
    name: 'disable an identity before and during the first sign-in',
    logins: [ANN],
    requests: [disable(ownIdOf(ANN)), signInWith(ANN), signInWith(ANN)],
    interruptions: [2, 3],
  },
  {
    name: 'disable an identity while a login is linked to it',
    logins: [ANN, ANN_FB],
    mayShare: TOGETHER,
    before: [signInWith(ANN)],
    requests: [disable(ownIdOf(ANN)), signInWith(ANN, ANN_FB)],
  },
  {
    name: 'disable an identity while it is merged',
    merges: true,
    logins: [ANN, ANN_FB],
    mayShare: TOGETHER,
    before: [signInWith(ANN), signInWith(ANN_FB)],
    requests: [disable(ownIdOf(ANN)), merge(ANN, ANN_FB)],
  },
  {
    name: 'delete an identity during the first sign-in',
    logins: [ANN],
    requests: [remove(ownIdOf(ANN)), signInWith(ANN), signInWith(ANN)],
    interruptions: [2, 3],
  },
  {
    name: 'delete an identity while a login is linked to it',
    logins: [ANN, ANN_FB],
    mayShare: TOGETHER,
    before: [signInWith(ANN)],
    requests: [remove(ownIdOf(ANN)), signInWith(ANN, ANN_FB)],
  },
  {
    name: 'delete an identity while it is merged',
    merges: true,
    logins: [ANN, ANN_FB],
    mayShare: TOGETHER,
    before: [signInWith(ANN), signInWith(ANN_FB)],
    requests: [remove(ownIdOf(ANN)), merge(ANN, ANN_FB)],
    interruptions: [2, 3],
  },
  {
    name: 'delete a guest while it is adopted',
    logins: [ANN],
    requests: [remove(GUEST.id), adopt(GUEST, ANN)],
  },
  {
    name: 'delete a guest while it is claimed',
    logins: [ANN],
    before: [signInWith(ANN)],
    requests: [remove(GUEST.id), claim(GUEST, ANN)],
  },
  {
    name: 'delete an identity while its login is unlinked',
    logins: [ANN, ANN_FB],
    mayShare: TOGETHER,
    before: [signInWith(ANN, ANN_FB)],
    requests: [remove(ownIdOf(ANN)), unlink(ANN, ANN_FB)],
    interruptions: [1, 3],
  },
  {
    name: 'disable and delete one identity',
    logins: [ANN],
    before: [signInWith(ANN)],
    requests: [disable(ownIdOf(ANN)), remove(ownIdOf(ANN)), signInWith(ANN)],
    interruptions: [2, 4],
  },
]

/** In CI, and in the long run. */
export const DEFAULT_INTERRUPTIONS = [3, 4] as const

export const RACES: readonly Race[] = [
  ...SIGN_IN,
  ...MIGRATION_RACES,
  ...GUESTS,
  ...LINKS,
  ...UNLINKS,
  ...MERGES,
  ...ENDS,
]

/** Nineteen logins of a developer are one identity already, and two more are merged into it. */
function developerMerges(): Race {
  const names = Array.from({ length: 21 }, (_, index) => `developer:${index}`)
  const [first = '', ...others] = names
  const [last = '', nextToLast = '', ...merged] = others.toReversed()
  return {
    name: 'two merges into an identity of nineteen',
    merges: true,
    logins: names,
    mayShare: names.flatMap((one) => names.map((other) => [one, other] as const)),
    before: [...names.map((name) => signInWith(name)), ...merged.map((name) => merge(first, name))],
    requests: [merge(first, last), merge(nextToLast, first)],
    interruptions: [0, 1],
  }
}
