/**
 * Signature wrapping: the signed element is moved, and one of the attacker is put where programs
 * look for it (Somorovsky et al., "On Breaking SAML: Be Whoever You Want to Be", XSW 1 to 8).
 */
import {
  assertionXml,
  nameIdXml,
  RESPONSE_SIGNATURE,
  responseXml,
  signatureXml,
  signSaml,
} from '../../fixtures/saml-documents.ts'
import type { SamlCase } from './saml-case.ts'
import { KEYS } from './saml-keys.ts'

const DSIG = 'http://www.w3.org/2000/09/xmldsig#'

export function wrappingAttacks(): readonly SamlCase[] {
  const signed = signSaml(responseXml(), KEYS.rsa)
  const whole = signSaml(
    responseXml({
      signature: signatureXml({ id: '_response' }),
      assertion: assertionXml({ signature: '' }),
    }),
    KEYS.rsa,
    RESPONSE_SIGNATURE,
  )
  return [...wrappedAssertions(signed), ...wrappedResponses(whole), ...otherElements(signed)]
}

function attack(name: string, xml: string, reason = /SAML token/): SamlCase {
  return { group: 'signature wrapping', name, xml, code: 'invalid_token', reason }
}

/** Every place of the signed assertion, with the signature in it or in the attacker's. */
function wrappedAssertions(signed: string): SamlCase[] {
  const assertion = part(signed, 'saml:Assertion')
  const signature = part(signed, 'ds:Signature')
  const bare = assertion.replace(signature, '')
  const forged = (id: string) =>
    assertionXml({ id, signature: '', nameId: nameIdXml('mallory@evil.example') })
  const replace = (text: string) => signed.replace(assertion, () => text)
  const object = (inner: string) => `<ds:Object xmlns:ds="${DSIG}">${inner}</ds:Object>`
  const after = (evil: string, tag: string, inner: string) =>
    evil.replace(`</saml:${tag}>`, () => `</saml:${tag}>${inner}`)
  const within = (evil: string, tag: string, inner: string) =>
    evil.replace(`</saml:${tag}>`, () => `${inner}</saml:${tag}>`)
  const signing = (evil: string, inner: string) => after(evil, 'Issuer', inner)
  return ['_evil', '_assertion'].flatMap((id) => {
    const evil = forged(id)
    const name = (text: string) => `${text}, ${id === '_evil' ? 'another' : 'the same'} ID`
    return [
      attack(name('XSW 3: signed before forged'), replace(assertion + evil)),
      attack(name('XSW 3: forged before signed'), replace(evil + assertion)),
      attack(
        name('XSW 4: signed at the end of forged'),
        replace(within(evil, 'Assertion', assertion)),
      ),
      attack(
        name('XSW 5: signature in forged, signed behind'),
        replace(signing(evil, signature) + bare),
      ),
      attack(
        name('XSW 5: signature in forged, signed before'),
        replace(bare + signing(evil, signature)),
      ),
      attack(
        name('XSW 6: signed in the Object of the signature of forged'),
        replace(
          signing(evil, signature.replace('</ds:Signature>', `${object(bare)}</ds:Signature>`)),
        ),
      ),
      attack(
        name('XSW 6: signed in the KeyInfo of the signature of forged'),
        replace(signing(evil, signature.replace('</ds:KeyInfo>', `${bare}</ds:KeyInfo>`))),
      ),
      attack(
        name('XSW 7: signed in Extensions'),
        replace(evil).replace(
          '<samlp:Status>',
          `<samlp:Extensions>${assertion}</samlp:Extensions>$&`,
        ),
      ),
      attack(
        name('XSW 8: signed in an Object'),
        replace(
          signing(
            evil,
            signature.replace(
              '</ds:Signature>',
              `${object(assertion.replace(signature, ''))}</ds:Signature>`,
            ),
          ),
        ),
      ),
      attack(
        name('signed in Advice'),
        replace(after(evil, 'Conditions', `<saml:Advice>${assertion}</saml:Advice>`)),
      ),
      attack(name('signed in Conditions'), replace(within(evil, 'Conditions', assertion))),
      attack(name('signed in the Subject'), replace(within(evil, 'Subject', assertion))),
      attack(
        name('signed in an attribute'),
        replace(evil.replace('<saml:AttributeValue>', `$&${assertion}`)),
      ),
      attack(
        name('signed in AuthnContextDecl'),
        replace(
          evil.replace(
            '</saml:AuthnContextClassRef>',
            `$&<saml:AuthnContextDecl>${assertion}</saml:AuthnContextDecl>`,
          ),
        ),
      ),
      attack(
        name('signed in StatusDetail'),
        replace(evil)
          .replace('</samp:Status>', '')
          .replace('</samlp:Status>', `<samlp:StatusDetail>${assertion}</samlp:StatusDetail>$&`),
      ),
      attack(
        name('signature beside forged'),
        replace(evil).replace('<samlp:Status>', `${signature}$&`),
      ),
      attack(name('signature only'), replace(signing(evil, signature))),
    ]
  })
}

function wrappedResponses(whole: string): SamlCase[] {
  const response = part(whole, 'samlp:Response')
  const signature = part(response, 'ds:Signature')
  const bare = response.replace(signature, '')
  const forged = (id: string) =>
    responseXml({
      assertion: assertionXml({ signature: '', nameId: nameIdXml('mallory@evil.example') }),
    })
      .replace('ID="_response"', `ID="${id}"`)
      .replace('ID="_assertion"', 'ID="_forged"')
  const object = (inner: string) => `<ds:Object>${inner}</ds:Object></ds:Signature>`
  return ['_evil', '_response'].flatMap((id) => {
    const evil = forged(id)
    const name = (text: string) => `${text}, ${id === '_evil' ? 'another' : 'the same'} ID`
    const signing = (inner: string) =>
      evil.replace('<samlp:Status>', () => `${inner}<samlp:Status>`)
    return [
      attack(
        name('XSW 1: signed in the signature of forged'),
        signing(signature.replace('</ds:Signature>', object(bare))),
      ),
      attack(name('XSW 2: signature before signed, in forged'), signing(signature + bare)),
      attack(
        name('XSW 2: signed response in forged'),
        evil.replace('</samlp:Response>', `${response}$&`),
      ),
      attack(
        name('signed response in Extensions'),
        signing(`<samlp:Extensions>${response}</samlp:Extensions>`),
      ),
      attack(
        name('forged in the signed response'),
        response.replace('</samlp:Response>', `${part(evil, 'saml:Assertion')}$&`),
      ),
      attack(
        name('forged before the assertion of the signed response'),
        response.replace('<saml:Assertion', `${part(evil, 'saml:Assertion')}$&`),
      ),
    ]
  })
}

function otherElements(signed: string): SamlCase[] {
  const signature = part(signed, 'ds:Signature')
  return [
    attack(
      'ID of the assertion on its Subject too',
      signed.replace('<saml:Subject>', '<saml:Subject ID="_assertion">'),
    ),
    attack(
      'ID of the assertion on its Issuer, with a prefix',
      signed.replace('<saml:Issuer>', '<saml:Issuer xmlns:x="urn:x" x:Id="_assertion">'),
      /has one ID twice/,
    ),
    attack(
      'ID of the response is that of the assertion',
      signed.replace('ID="_response"', 'ID="_assertion"'),
      /has one ID twice/,
    ),
    attack(
      'signature moved to the response',
      signed.replace(signature, '').replace('<samlp:Status>', () => `${signature}<samlp:Status>`),
    ),
    attack(
      'signature copied to the response',
      signed.replace('<samlp:Status>', () => `${signature}<samlp:Status>`),
    ),
    attack(
      'signature twice in the assertion',
      signed.replace(signature, () => signature + signature),
    ),
    attack(
      'signature at the end of the assertion',
      signed
        .replace(signature, '')
        .replace('</saml:Assertion>', () => `${signature}</saml:Assertion>`),
    ),
    attack(
      'signature in the Subject',
      signed.replace(signature, '').replace('<saml:Subject>', () => `<saml:Subject>${signature}`),
    ),
  ]
}

function part(xml: string, name: string): string {
  const start = xml.indexOf(`<${name}`)
  return xml.slice(start, xml.indexOf(`</${name}>`) + name.length + 3)
}
