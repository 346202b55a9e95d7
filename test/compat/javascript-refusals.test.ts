/** The errors and retries of unmodified JavaScript clients for each refusal of each endpoint. */
import { REFUSAL_CODES } from '@token-broker/core'
import { describe, expect, it } from 'vitest'
import { CLIENTS, errorOf, RESPONSES } from './javascript-clients.ts'
import { fillColumn, observeClient, readTable } from './refusal-table.ts'

/** Columns that are tested in other files. */
const OTHER_CLIENTS = ['botocore', 'botocore, standard', 'Go']

describe.each(Object.keys(CLIENTS))('%s', (endpoint) => {
  const clients = CLIENTS[endpoint] ?? {}
  const table = readTable(endpoint)

  it('responds as documented', async () => {
    const respond =
      RESPONSES[endpoint] ?? (() => Promise.reject(new Error(`Unknown endpoint: ${endpoint}`)))
    const observed = await fillColumn((brokers) =>
      Promise.all(brokers.map(({ url }) => respond(url))),
    )
    expect(observed).toEqual(table.get('response'))
  })

  it.concurrent.each(Object.entries(clients))(
    'errors and retries of %s are as documented',
    async (name, client) => {
      const observed = await observeClient((brokers) =>
        Promise.all(brokers.map((broker) => errorOf(client(broker)))),
      )
      expect(observed).toEqual(table.get(name))
    },
    60_000,
  )

  it('has a documented row for each code, and no column without a test', () => {
    const tested = ['response', ...Object.keys(clients), ...OTHER_CLIENTS]
    for (const [client, cells] of table) {
      expect(tested).toContain(client)
      expect(Object.keys(cells)).toEqual([...REFUSAL_CODES])
    }
  })
})
