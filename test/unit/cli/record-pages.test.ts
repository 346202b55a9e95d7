/** Pages of the records of growing, replaced and damaged files, by cursors. */
import { appendFile, mkdtemp, rename, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { pageRecords, readPlacedRecord } from '../../../packages/cli/src/audit/page-records.ts'
import type { WantedValues } from '../../../packages/cli/src/audit/record-columns.ts'
import { openRecordFile, type RecordStore } from '../../../packages/cli/src/audit/record-file.ts'

const START_MS = Date.parse('2026-01-31T12:00:00Z')

function lineOf(number: number, more: Readonly<Record<string, unknown>> = {}): string {
  const time = new Date(START_MS + number * 1000).toISOString()
  return JSON.stringify({
    ...{ time, requestId: `r${number}`, endpoint: 'native', outcome: 'issued' },
    ...{ tenant: `t${number % 3}`, subject: `user ${number}` },
    ...more,
  })
}

async function newFile(text: string): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'record-pages-'))
  const file = path.join(folder, 'records.jsonl')
  await writeFile(file, text)
  return file
}

function openFile(file: string, maxRecords = 1_000_000): RecordStore {
  const store = openRecordFile(file, maxRecords)
  onTestFinished(() => store.close())
  return store
}

const list = (stores: readonly RecordStore[], limit: number, cursors = {}, values = {}) =>
  pageRecords(stores, { values, matches: matching(values), limit, ...cursors })

/** As the options of `token-broker audit` compare. */
function matching(values: WantedValues) {
  return (record: Readonly<Record<string, unknown>>) =>
    (['tenant', 'subject', 'code', 'outcome', 'requestId'] as const).every(
      (name) => values[name] === undefined || record[name] === values[name],
    )
}

const idsOf = ({ records }: Awaited<ReturnType<typeof list>>) =>
  records.map(({ record }) => record.requestId)

/** All pages, from the newest record; asks again while the file is still being read. */
async function allIds(stores: readonly RecordStore[], limit: number, values = {}) {
  const ids: unknown[] = []
  let before: string | undefined
  do {
    const page = await list(stores, limit, { before }, values)
    expect(page.records.length).toBeLessThanOrEqual(limit)
    ids.push(...idsOf(page))
    before = page.older
  } while (before !== undefined)
  return ids
}

const numbersDown = (from: number, to: number) =>
  Array.from({ length: from - to + 1 }, (_, at) => `r${from - at}`)

describe('pages', () => {
  it('go from the newest record to the oldest, each record once', async () => {
    const lines = Array.from({ length: 5_000 }, (_, at) => lineOf(at, { pad: 'x'.repeat(300) }))
    const store = openFile(await newFile(`${lines.join('\n')}\n`))
    expect(await allIds([store], 70)).toEqual(numbersDown(4_999, 0))
    expect(store.state()).toMatchObject({ records: 5_000, skipped: 0, isComplete: true })
  })

  it('merge files by time', async () => {
    const stores = [0, 1, 2].map(async (file) => {
      const lines = Array.from({ length: 200 }, (_, at) => lineOf(at * 3 + file))
      return openFile(await newFile(`${lines.join('\n')}\n`))
    })
    expect(await allIds(await Promise.all(stores), 7)).toEqual(numbersDown(599, 0))
  })

  it('have the records that the filter matches', async () => {
    const lines = Array.from({ length: 999 }, (_, at) =>
      lineOf(at, at % 2 ? { outcome: 'refused', code: 'access_denied' } : {}),
    )
    const store = openFile(await newFile(`${lines.join('\n')}\n`))
    const values = { tenant: 't1', code: 'access_denied' }
    const expected = numbersDown(998, 0).filter((id) => Number(id.slice(1)) % 6 === 1)
    expect(await allIds([store], 10, values)).toEqual(expected)
    expect(idsOf(await list([store], 5, {}, { requestId: 'r17' }))).toEqual(['r17'])
    const sinceMs = START_MS + 996_000
    expect(idsOf(await list([store], 5, {}, { sinceMs }))).toEqual(['r998', 'r997', 'r996'])
    expect(idsOf(await list([store], 5, {}, { untilMs: START_MS + 2000 }))).toEqual(['r1', 'r0'])
  })

  it('keep their place while records are appended', async () => {
    const file = await newFile(`${[0, 1, 2, 3].map((at) => lineOf(at)).join('\n')}\n`)
    const store = openFile(file)
    const first = await list([store], 2)
    await appendFile(file, `${lineOf(4)}\n${lineOf(5)}\n`)
    expect(idsOf(await list([store], 5, { before: first.older }))).toEqual(['r1', 'r0'])
    const newer = await list([store], 5, { after: first.newest })
    expect([idsOf(newer), newer.isGap]).toEqual([['r5', 'r4'], false])
    const partly = await list([store], 1, { after: first.newest })
    expect([idsOf(partly), partly.isGap]).toEqual([['r5'], true])
    expect(idsOf(await list([store], 5, { after: newer.newest }))).toEqual([])
  })

  it('find a record by its id again', async () => {
    const store = openFile(await newFile(`${lineOf(0)}\n${lineOf(1, { note: 'ü'.repeat(9) })}\n`))
    const { records } = await list([store], 1)
    const found = await readPlacedRecord([store], records[0]?.id ?? '')
    expect(found.record).toMatchObject({ requestId: 'r1', note: 'ü'.repeat(9) })
    for (const id of ['', '9.0.10', '0.1.50', '0.0.9999999', '0.-1.3', '0/../etc/passwd'])
      await expect(readPlacedRecord([store], id)).rejects.toThrow('list it again')
  })
})

describe('a file', () => {
  it('may be empty, and may end within a line', async () => {
    const file = await newFile('')
    const store = openFile(file)
    expect(await list([store], 5)).toMatchObject({ records: [], older: undefined })
    const line = lineOf(0)
    await appendFile(file, line.slice(0, 40))
    expect(idsOf(await list([store], 5))).toEqual([])
    await appendFile(file, line.slice(40))
    expect(idsOf(await list([store], 5))).toEqual(['r0'])
    await appendFile(file, `\n${lineOf(1)}\n`)
    expect(idsOf(await list([store], 5))).toEqual(['r1', 'r0'])
    expect(store.state().skipped).toBe(0)
  })

  it.each([
    ['replaced', (file: string, next: string) => rename(next, file)],
    [
      'cut',
      async (file: string) => {
        await truncate(file, 0)
        await appendFile(file, `${lineOf(7)}\n`)
      },
    ],
  ])('may be %s, and then old cursors are refused', async (_, change) => {
    const file = await newFile(`${[0, 1, 2, 3].map((at) => lineOf(at)).join('\n')}\n`)
    const store = openFile(file)
    const { older, newest } = await list([store], 1)
    await change(file, await newFile(`${lineOf(7)}\n`))
    expect(idsOf(await list([store], 5))).toEqual(['r7'])
    for (const cursor of [{ before: older }, { after: newest }, { before: 'x' }])
      await expect(list([store], 5, cursor)).rejects.toThrow('was replaced or cut')
  })

  it('may be missing, and is read once it is there', async () => {
    const file = path.join(path.dirname(await newFile('')), 'later.jsonl')
    const store = openFile(file)
    await expect(list([store], 5)).rejects.toThrow(`cannot read ${file}: no such file`)
    await writeFile(file, `${lineOf(0)}\n`)
    expect(idsOf(await list([store], 5))).toEqual(['r0'])
  })

  it('may have lines that are no records, and lines that are far too long', async () => {
    const long = `{"time":"${'x'.repeat(4_000_000)}"}`
    const lines = [long, lineOf(0), 'START RequestId: 1', '', long, lineOf(1), long, '\u0000', long]
    const file = await newFile(`${lines.join('\n')}\n`)
    const store = openFile(file)
    expect(await allIds([store], 5)).toEqual(['r1', 'r0'])
    expect(store.state()).toMatchObject({ records: 2, skipped: 6, isComplete: true })
    await appendFile(file, `${long}\n${lineOf(2)}\n${long.slice(0, 3_000_000)}`)
    expect(idsOf(await list([store], 1))).toEqual(['r2'])
    await appendFile(file, `${long.slice(3_000_000)}\n${lineOf(3)}\n`)
    expect(idsOf(await list([store], 1))).toEqual(['r3'])
    expect(store.state()).toMatchObject({ records: 4, skipped: 8 })
  })

  it('with too many records is indexed as far as the newest ones', async () => {
    const lines = Array.from({ length: 20_000 }, (_, at) => lineOf(at))
    const store = openFile(await newFile(`${lines.join('\n')}\n`), 1_000)
    const ids = await allIds([store], 100)
    expect(ids.slice(0, 3)).toEqual(['r19999', 'r19998', 'r19997'])
    expect(ids.length).toBeLessThan(10_000)
    expect(store.state()).toMatchObject({ isFull: true, isComplete: true })
  })
})
