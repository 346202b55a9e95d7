/** A proxy in front of one endpoint of an identity provider, which counts the calls. */
import { buffer } from 'node:stream/consumers'
import { closeAfterTests, startServer } from '../fixtures/index.ts'

export interface CountingProxy {
  readonly url: string
  readonly calls: () => number
}

/** It passes on each request and response, and is closed after the tests. */
export async function startCountingProxy(target: string): Promise<CountingProxy> {
  let calls = 0
  const { url } = await closeAfterTests(
    startServer(async (request, response) => {
      calls++
      const { method = '', headers } = request
      const { authorization = '', 'content-type': type = '' } = headers
      const passed = await fetch(target, {
        method,
        headers: { authorization, 'content-type': type },
        ...(method === 'POST' ? { body: await buffer(request) } : {}),
      }).catch(() => undefined)
      if (!passed) return response.destroy()
      return response
        .writeHead(passed.status, { 'content-type': passed.headers.get('content-type') ?? '' })
        .end(await passed.text())
    }),
  )
  return { url, calls: () => calls }
}
