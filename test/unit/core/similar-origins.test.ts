/** Which origin a person means who writes another one than a browser sends. */
import { expect, it } from 'vitest'
import { closestOrigin, originVariants } from '../../../packages/core/src/model/similar-origins.ts'

it.each([
  ['http://app.example', 'https://app.example'],
  ['https://app.example:8443', 'https://app.example'],
  ['https://www.app.example', 'https://app.example'],
  ['https://app.example', 'https://www.app.example'],
  ['http://127.0.0.1:3000', 'http://localhost:3000'],
  ['http://localhost:3000', 'http://127.0.0.1:3000'],
  ['https://app.exmaple', 'https://app.example'],
])('for %s, %s is the closest', (origin, known) => {
  expect(closestOrigin(origin, ['https://far.away.test', known])).toBe(known)
})

it('has none for what is not similar, and for what is no URL', () => {
  expect(closestOrigin('https://other.test', ['https://app.example'])).toBeUndefined()
  expect(originVariants('null')).toEqual([])
  for (const origin of ['capacitor://localhost', 'xhttp://app.example', 'httpx://app.example'])
    expect(originVariants(origin)).toEqual([])
  expect(originVariants('https://a.www.example')).toContain('https://www.a.www.example')
  expect(originVariants('https://a.www.example')).not.toContain('https://a.example')
})

it('has few variants, which are not the origin itself', () => {
  for (const origin of ['https://app.example', 'http://localhost:1', 'http://127.0.0.1:1']) {
    const variants = originVariants(origin)
    expect(variants.length).toBeLessThanOrEqual(7)
    expect(variants).not.toContain(origin)
    expect(variants.every((one) => URL.parse(one)?.origin === one)).toBe(true)
  }
})
