/** Races of requests with an operator who disables or deletes an identity. */
import {
  adopt,
  claim,
  disable,
  GUEST,
  merge,
  ownIdOf,
  type Race,
  remove,
  signInWith,
  unlink,
} from './race.ts'
import { ANN, ANN_FB, TOGETHER } from './race-logins.ts'

export const END_RACES: readonly Race[] = [
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
