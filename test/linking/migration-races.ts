/** Races of logins that had an identity in a former pool. */
import { disable, type Race, remove, signInAfterMigration, unlink } from './race.ts'
import { ANN, ANN_FB, BEN, TOGETHER } from './race-logins.ts'

const FORMER = 'former'

export const MIGRATION_RACES: readonly Race[] = [
  {
    name: 'the first sign-in after a migration, twice',
    logins: [ANN],
    requests: [signInAfterMigration(FORMER, ANN), signInAfterMigration(FORMER, ANN)],
  },
  {
    name: 'two logins of one former identity',
    logins: [ANN, ANN_FB],
    mayShare: TOGETHER,
    requests: [signInAfterMigration(FORMER, ANN), signInAfterMigration(FORMER, ANN_FB)],
    interruptions: [2, 4],
  },
  {
    name: 'two logins of one former identity, together and alone',
    logins: [ANN, ANN_FB],
    mayShare: TOGETHER,
    requests: [signInAfterMigration(FORMER, ANN, ANN_FB), signInAfterMigration(FORMER, ANN_FB)],
    interruptions: [2, 3],
  },
  {
    name: 'two logins of one provider that claim one former identity',
    logins: [ANN, BEN],
    requests: [signInAfterMigration(FORMER, ANN), signInAfterMigration(FORMER, BEN)],
  },
  {
    name: 'the former identity is disabled at the first sign-in',
    logins: [ANN],
    requests: [signInAfterMigration(FORMER, ANN), disable(FORMER)],
  },
  {
    name: 'the former identity is deleted at the first sign-in',
    logins: [ANN],
    requests: [signInAfterMigration(FORMER, ANN), remove(FORMER)],
  },
  {
    name: 'a login leaves its former identity, and returns',
    logins: [ANN, ANN_FB],
    mayShare: TOGETHER,
    before: [signInAfterMigration(FORMER, ANN), signInAfterMigration(FORMER, ANN_FB)],
    requests: [unlink(ANN, ANN_FB), signInAfterMigration(FORMER, ANN_FB)],
    interruptions: [2, 3],
  },
]
