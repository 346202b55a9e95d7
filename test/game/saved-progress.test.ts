/** What the page saves in DynamoDB and S3: nothing is lost, and nothing is there twice. */
import { ScanCommand } from '@aws-sdk/client-dynamodb'
import { beforeAll, describe, expect, it } from 'vitest'
import { carryOver, GuestNotReadable } from '../../packages/game/src/data/carry-over.ts'
import { readLeaderboard } from '../../packages/game/src/data/leaderboard.ts'
import { readLocalProfile, writeLocalProfile } from '../../packages/game/src/data/local-profile.ts'
import { NEW_PROFILE, type Profile } from '../../packages/game/src/data/merge-profiles.ts'
import { readPicture, savePicture } from '../../packages/game/src/data/picture-object.ts'
import { defaultPicture, encodePng } from '../../packages/game/src/data/pixel-picture.ts'
import { readStoredProfile, saveProfile } from '../../packages/game/src/data/profiles-table.ts'
import { enqueueScore, queuedScores, type Score } from '../../packages/game/src/data/score-queue.ts'
import { listScores, putScore } from '../../packages/game/src/data/scores-table.ts'
import { syncPlayer } from '../../packages/game/src/player/sync-player.ts'
import { createTestStore, type GameAccount, startGameAccount } from './game-account.ts'

let account: GameAccount
beforeAll(async () => {
  account = await startGameAccount()
})

let people = 0
const newPlayer = () => `eu-central-1:${++people}`
const ANA: Profile = { version: 0, name: 'Ana', lamp: 'honey', best: 10 }

describe('a score', () => {
  it('is one row, however often it is sent', async () => {
    const player = newPlayer()
    const score = scoreOf('r1', 30)
    await putScore(account.clients, player, score, true)
    await putScore(account.clients, player, { ...score, score: 99 }, true)
    expect(await listScores(account.clients, player)).toEqual([score])
  })

  it('of a guest is not on the leaderboard, and of a user it is: the best first', async () => {
    await putScore(account.clients, newPlayer(), scoreOf('r2', 5000), false)
    await putScore(account.clients, newPlayer(), scoreOf('r3', 400, '<b>Bo</b>'), true)
    await putScore(account.clients, newPlayer(), scoreOf('r4', 300), true)
    const board = await readLeaderboard(account.clients)
    expect(board.slice(0, 2)).toEqual([
      { name: '<b>Bo</b>', score: 400 },
      { name: 'Ana', score: 300 },
    ])
  })

  it('stays in the queue until it is saved, also after a crash in between', async () => {
    const device = createTestStore()
    const player = newPlayer()
    enqueueScore(device, { ...scoreOf('r5', 7), owner: player })
    // Saved, and then the tab crashed.
    await putScore(account.clients, player, scoreOf('r5', 7), true)
    expect(queuedScores(device)).toHaveLength(1)
    expect(await sync(device, player)).toEqual([scoreOf('r5', 7)])
    expect(queuedScores(device)).toEqual([])
    expect(await sync(device, player)).toHaveLength(1)
  })

  it('stays in the queue if DynamoDB refuses it, and the others do too', async () => {
    const device = createTestStore()
    const player = newPlayer()
    for (const round of ['r6', 'r7']) enqueueScore(device, { ...scoreOf(round, 7), owner: player })
    const nothing = account.clientsWith([{ Effect: 'Allow', Action: 's3:*', Resource: '*' }])
    await expect(sync(device, player, { clients: nothing })).rejects.toThrow(/not authorized/)
    expect(queuedScores(device)).toHaveLength(2)
  })

  it('is saved once by two tabs at the same time', async () => {
    const device = createTestStore()
    const player = newPlayer()
    for (let round = 0; round < 5; round++)
      enqueueScore(device, { ...scoreOf(`r8-${round}`, round + 1), owner: player })
    await Promise.all([sync(device, player), sync(device, player)])
    expect(await listScores(account.clients, player)).toHaveLength(5)
    expect(queuedScores(device)).toEqual([])
  })

  it('of another user of the device is not saved as the score of this one', async () => {
    const device = createTestStore()
    enqueueScore(device, { ...scoreOf('r9', 7), owner: newPlayer() })
    expect(await sync(device, newPlayer())).toEqual([])
    expect(queuedScores(device)).toHaveLength(1)
  })
})

describe('a profile', () => {
  it('is saved with a version that goes up by one', async () => {
    const player = newPlayer()
    const first = await saveProfile(account.clients, player, NEW_PROFILE, ANA)
    expect(first).toEqual({ profile: { ...ANA, version: 1 }, hadConflict: false, overwritten: [] })
    const second = { ...first.profile, lamp: 'mint' }
    await saveProfile(account.clients, player, first.profile, second)
    const stored = await readStoredProfile(account.clients, player)
    expect(stored).toEqual({ ...second, version: 2 })
  })

  it('that two devices changed has the changes of both', async () => {
    const player = newPlayer()
    const { profile: base } = await saveProfile(account.clients, player, NEW_PROFILE, ANA)
    await saveProfile(account.clients, player, base, { ...base, lamp: 'sky', best: 50 })
    const mine = { ...base, name: 'Anita', best: 40 }
    const saved = await saveProfile(account.clients, player, base, mine)
    expect(saved.profile).toEqual({ version: 3, name: 'Anita', lamp: 'sky', best: 50 })
    expect(saved).toMatchObject({ hadConflict: true, overwritten: [] })
  })

  it('whose name two devices changed has the later name, and the player learns of it', async () => {
    const player = newPlayer()
    const { profile: base } = await saveProfile(account.clients, player, NEW_PROFILE, ANA)
    await saveProfile(account.clients, player, base, { ...base, name: 'Theirs' })
    const device = createTestStore()
    writeLocalProfile(device, player, { base, mine: { ...base, name: 'Mine' } })
    const notices: string[] = []
    await sync(device, player, { notify: (text) => notices.push(text) })
    expect(notices).toEqual([
      'Another device had changed your name to “Theirs”. What you chose here was kept.',
    ])
    expect(await readStoredProfile(account.clients, player)).toMatchObject({ name: 'Mine' })
    expect(readLocalProfile(device, player).base).toMatchObject({ name: 'Mine', version: 3 })
  })

  it('is not saved twice if the response was lost', async () => {
    const player = newPlayer()
    await saveProfile(account.clients, player, NEW_PROFILE, ANA)
    const again = await saveProfile(account.clients, player, NEW_PROFILE, ANA)
    expect(again).toMatchObject({ hadConflict: false, profile: { version: 1 } })
  })

  it('that four devices save at the same time loses none of their best scores', async () => {
    const player = newPlayer()
    const { profile: base } = await saveProfile(account.clients, player, NEW_PROFILE, ANA)
    const saves = Array.from({ length: 4 }, (_, index) =>
      saveProfile(account.clients, player, base, { ...base, best: 100 + index }),
    )
    await Promise.all(saves)
    expect(await readStoredProfile(account.clients, player)).toMatchObject({ best: 103 })
  })
})

describe('what a guest did', () => {
  it('is copied to the user, once, however often that is repeated', async () => {
    const [guest, user] = [newPlayer(), newPlayer()]
    await guestPlays(guest)
    for (let time = 0; time < 2; time++) {
      const carried = await carryOver(account.clients, guest, user)
      expect(carried).toMatchObject({ scores: 2, profile: { name: 'Ana', best: 10, version: 1 } })
    }
    expect(await listScores(account.clients, user)).toHaveLength(2)
    expect(await readPicture(account.clients, user)).toEqual(encodePng(defaultPicture()))
  })

  it('continues where it was interrupted', async () => {
    const [guest, user] = [newPlayer(), newPlayer()]
    await guestPlays(guest)
    // The page was reloaded after the profile and the first score.
    await saveProfile(account.clients, user, NEW_PROFILE, ANA)
    await putScore(account.clients, user, scoreOf('g1', 10), true)
    await carryOver(account.clients, guest, user)
    expect(await listScores(account.clients, user)).toHaveLength(2)
    expect(await readStoredProfile(account.clients, user)).toMatchObject({ version: 1 })
  })

  it('does not replace the name and the picture of a user who has them', async () => {
    const [guest, user] = [newPlayer(), newPlayer()]
    await guestPlays(guest)
    const own = { version: 0, name: 'Own', lamp: 'sky', best: 3 }
    await saveProfile(account.clients, user, NEW_PROFILE, own)
    const picture = encodePng(defaultPicture().map(() => 2))
    await savePicture(account.clients, user, picture)
    const { profile, hasPicture } = await carryOver(account.clients, guest, user)
    expect(profile).toEqual({ version: 2, name: 'Own', lamp: 'sky', best: 10 })
    expect(hasPicture).toBe(false)
    expect(await readPicture(account.clients, user)).toEqual(picture)
  })

  it('comes with what the guest had not saved yet', async () => {
    const device = createTestStore()
    const user = newPlayer()
    enqueueScore(device, { ...scoreOf('g3', 44), owner: '' })
    const mine = { ...NEW_PROFILE, name: 'Offline', best: 44 }
    writeLocalProfile(device, '', { base: NEW_PROFILE, mine })
    expect(await sync(device, user)).toEqual([scoreOf('g3', 44)])
    expect(await readStoredProfile(account.clients, user)).toMatchObject({
      name: 'Offline',
      best: 44,
    })
    expect(device.keys().filter((key) => key.endsWith('.'))).toEqual([])
  })

  it('is not forgotten while the copy can still succeed', async () => {
    const [guest, user] = [newPlayer(), newPlayer()]
    await guestPlays(guest)
    const clients = account.clientsWith([
      { Effect: 'Allow', Action: ['dynamodb:GetItem', 'dynamodb:Query'], Resource: '*' },
    ])
    let isForgotten = false
    const sessions = { guestId: () => guest, forgetGuest: () => (isForgotten = true) }
    await expect(sync(createTestStore(), user, { clients, sessions })).rejects.toThrow(
      /not authorized to perform: dynamodb:PutItem/,
    )
    expect(isForgotten).toBe(false)
  })

  it('stays where it is if another login claimed the guest, which the player learns', async () => {
    const [guest, user] = [newPlayer(), newPlayer()]
    const clients = account.clientsWith([
      { Effect: 'Allow', Action: 's3:*', Resource: '*' },
      {
        ...{ Effect: 'Allow', Action: 'dynamodb:*', Resource: '*' },
        Condition: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': user } },
      },
    ])
    await expect(carryOver(clients, guest, user)).rejects.toThrow(GuestNotReadable)
    let known: string | undefined = guest
    const notices: string[] = []
    await sync(createTestStore(), user, {
      clients,
      notify: (text) => notices.push(text),
      sessions: { guestId: () => known, forgetGuest: () => (known = undefined) },
    })
    expect(notices).toEqual([expect.stringContaining('could not be copied')])
    expect(known).toBeUndefined()
    expect(account.calls().find(({ outcome }) => outcome === 'denied')).toMatchObject({
      operation: 'DynamoDB GetItem',
      target: `game-profiles, player ${guest}`,
      detail: expect.stringContaining('dynamodb:LeadingKeys'),
    })
  })
})

it('a closed device store keeps nothing: sign-out is final', async () => {
  const device = createTestStore()
  enqueueScore(device, { ...scoreOf('r10', 1), owner: '' })
  device.clearAndClose()
  expect(enqueueScore(device, { ...scoreOf('r11', 1), owner: '' })).toBe(false)
  writeLocalProfile(device, '', { base: NEW_PROFILE, mine: ANA })
  expect(device.keys()).toEqual([])
})

it('no row has more than the game needs', async () => {
  const { dynamodb } = account.clients
  const { Items = [] } = await dynamodb.send(new ScanCommand({ TableName: 'game-scores' }))
  const names = new Set(Items.flatMap((item) => Object.keys(item)))
  expect([...names].toSorted()).toEqual(['at', 'board', 'name', 'player', 'round', 'score'])
})

function scoreOf(round: string, score: number, name = 'Ana'): Score {
  return { round, score, name, at: 1_790_000_000 }
}

async function guestPlays(guest: string): Promise<void> {
  await saveProfile(account.clients, guest, NEW_PROFILE, ANA)
  await putScore(account.clients, guest, scoreOf('g1', 10), false)
  await putScore(account.clients, guest, scoreOf('g2', 5), false)
  await savePicture(account.clients, guest, encodePng(defaultPicture()))
}

function sync(
  device: ReturnType<typeof createTestStore>,
  identityId: string,
  options: Partial<Parameters<typeof syncPlayer>[0]> = {},
) {
  const credentials = { accessKeyId: '', secretAccessKey: '' }
  return syncPlayer({
    ...{ device, clients: account.clients, notify: () => undefined },
    session: { identityId, isGuest: false, credentials },
    sessions: { guestId: () => undefined, forgetGuest: () => undefined },
    ...options,
  })
}
