/** Origins that a document may list: of web pages, and of apps whose pages are inside the app. */
import { expect, it } from 'vitest'
import { compileTenant } from '../../../packages/core/src/document/index.ts'
import { EXAMPLE } from './example-document.ts'

it.each([
  'https://app.acme.example',
  'https://app.acme.example:8443',
  'http://localhost:3000',
  'https://localhost',
  'https://tauri.localhost',
  'capacitor://localhost',
  'capacitor://app.acme.example',
  'ionic://localhost',
  'tauri://localhost',
  'chrome-extension://abcdefghijklmnopabcdefghijklmnop',
])('accepts %s', (origin) => {
  const { tenant, errors } = compileWith(origin)
  expect(errors).toEqual([])
  expect(tenant?.allowedOrigins).toEqual([origin])
})

it.each([
  'null',
  '*',
  'file://',
  'file:///app/index.html',
  'http://tauri.localhost',
  'capacitor://',
  'capacitor://localhost/',
  'capacitor://localhost:443',
  'capacitor://user@localhost',
  'capacitor://*',
  'capacitor://.',
  'Capacitor://localhost',
  'capacitor://LOCALHOST',
  'capacitor:localhost',
  ' capacitor://localhost',
  'capacitor://localhost\nhttps://app.acme.example',
  'http-capacitor://localhost',
  'chrome-extension://abc',
  'chrome-extension://abcdefghijklmnopabcdefghijklmnoq',
  'chrome-extension://abcdefghijklmnopabcdefghijklmnop/page.html',
  'moz-extension://abcdefghijklmnopabcdefghijklmnop',
  'app://localhost',
  'electron://localhost',
  'data://localhost',
  'javascript://localhost',
])('refuses %j', (origin) => {
  const { errors } = compileWith(origin)
  expect(errors).toEqual([
    expect.objectContaining({
      path: 'allowedOrigins[0]',
      message: expect.stringContaining('is not an origin'),
      hint: expect.stringContaining('chrome-extension:// and its id'),
    }),
  ])
})

function compileWith(origin: string) {
  return compileTenant(`${EXAMPLE}\nallowedOrigins: [${JSON.stringify(origin)}]\n`, 'acme.yaml')
}
