/** Small differences that people overlook are named, without comparing many or long texts. */
import { expect, it } from 'vitest'
import { findClosest, findRespelled } from '../../../packages/core/src/model/text-difference.ts'

const EXPECTED = ['https://other.example', 'https://id.example/']

it.each([
  [' https://id.example/\n', 'only by white space at an end'],
  ['https://id.example', 'only by a slash at the end'],
  ['http://id.example/', 'only by http in place of https'],
  ['https://ID.example/', 'only in case'],
  [' HTTP://Id.Example ', 'only in white space, case, scheme or a slash at the end'],
  [' https://id.example', 'only in white space, case, scheme or a slash at the end'],
  ['HTTPS://ID.EXAMPLE', 'only in white space, case, scheme or a slash at the end'],
])('%j differs %s', (found, difference) => {
  const close = { text: 'https://id.example/', difference }
  expect(findRespelled(found, EXPECTED)).toEqual(close)
  expect(findClosest(found, EXPECTED)).toEqual(close)
})

it.each([
  ['a slash within it', 'https:/id.example/'],
  ['two slashes at its end', 'https://id.example///'],
  ['http elsewhere', 'https://http:id.example/'],
  ['another word', 'https://idp.example/'],
])('a text with %s is spelled in another way', (_, found) => {
  expect(findRespelled(found, EXPECTED)).toBeUndefined()
})

it('http is only the beginning of a URL', () => {
  expect(findRespelled('a http:b', ['a https:b'])).toBeUndefined()
})

it('names the expected text that differs in few characters, and none that does not', () => {
  expect(findClosest('https://idp.example/', EXPECTED)).toEqual({
    text: 'https://id.example/',
    difference: 'in few characters',
  })
  expect(findClosest('urn:something:else', EXPECTED)).toBeUndefined()
  expect(findClosest('anything', [])).toBeUndefined()
})

it('compares texts of at most 80 characters, and 16 of them, letter by letter', () => {
  const long = (length: number) => `https://id.example/${'x'.repeat(length - 19)}`
  expect(findClosest(long(80), [long(79)])?.text).toBe(long(79))
  expect(findClosest(long(81), [long(80)])).toBeUndefined()
  expect(findClosest(`${long(200)}/`, [long(200)])?.difference).toBe('only by a slash at the end')
  const many = (others: number) => [...Array(others).fill('urn:x'), 'https://id.example']
  expect(findClosest('https://idp.example', many(15))?.text).toBe('https://id.example')
  expect(findClosest('https://idp.example', many(16))).toBeUndefined()
  expect(findClosest('https://ID.example', many(99))?.text).toBe('https://id.example')
})
