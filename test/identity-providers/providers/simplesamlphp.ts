/** SimpleSAMLphp: SAML 2.0. Its responses are valid for five minutes. */
import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { serviceProviderMetadata } from '../../../packages/functions/src/endpoints/service-provider.ts'
import { type SamlProduct, SERVICE_PROVIDERS, type Site } from './identity-provider.ts'
import { PROVIDER_USERS, type ProviderUser } from './provider-users.ts'
import { inputOf } from './saml-sign-in.ts'

const PHP = '/usr/bin/php'
const WWW = '/usr/share/simplesamlphp/www'
const SERVICE_PROVIDERS_FILE = 'metadata/saml20-sp-remote'
const METADATA = '/saml2/idp/metadata.php'
const EMAIL_ADDRESS = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress'

export const SIMPLESAMLPHP: SamlProduct = {
  name: 'SimpleSAMLphp',
  needs: [PHP, WWW + METADATA],
  readyPath: METADATA,
  metadataPath: METADATA,
  configure(site) {
    const { folder, port } = site
    for (const name of ['config', 'metadata', 'sessions', 'data', 'temporary'])
      mkdirSync(path.join(folder, name))
    writeFileSync(path.join(folder, 'key.pem'), site.privateKey)
    writeFileSync(path.join(folder, 'certificate.pem'), site.certificate)
    for (const [file, content] of Object.entries(filesOf(site))) {
      writeFileSync(path.join(folder, `${file}.json`), JSON.stringify(content))
      writeFileSync(path.join(folder, `${file}.php`), programOf(file))
    }
    return {
      command: [
        ...[PHP, '-d', 'display_errors=0', '-d', 'error_reporting=0'],
        ...['-S', `127.0.0.1:${port}`, '-t', WWW],
      ],
      environment: { SIMPLESAMLPHP_CONFIG_DIR: path.join(folder, 'config') },
    }
  },
  async respondTo(browser, { url }, { user: username, password, serviceProvider }) {
    const query = new URLSearchParams({ spentityid: serviceProvider.entityId })
    const form = await browser.get(`${url}/saml2/idp/SSOService.php?${query}`)
    const state = inputOf(form, 'AuthState')
    if (state === undefined) throw new Error(`There is no form: ${form.status} ${form.text}`)
    const login = { username, password, AuthState: state }
    return browser.postForm(`${url}/module.php/core/loginuserpass.php`, login)
  },
}

/** Its files are programs that set a variable; each of these reads the JSON beside it. */
function programOf(file: string): string {
  const variable = path.dirname(file)
  const json = "json_decode(file_get_contents(substr(__FILE__, 0, -3) . 'json'), true)"
  if (file !== SERVICE_PROVIDERS_FILE) return `<?php $${variable} = ${json};\n`
  return `<?php
foreach (${json} as $entityId => $xml) {
  $parsed = \\SimpleSAML\\Metadata\\SAMLParser::parseString($xml);
  $metadata[$entityId] = ['NameIDFormat' => '${EMAIL_ADDRESS}'] + $parsed->getMetadata20SP();
}
`
}

function filesOf({ url, folder, privateKey }: Site) {
  return {
    'config/config': {
      baseurlpath: `${url}/`,
      'enable.saml20-idp': true,
      'module.enable': { core: true, saml: true, exampleauth: true },
      certdir: `${folder}/`,
      datadir: `${folder}/data/`,
      tempdir: `${folder}/temporary/`,
      'logging.handler': 'stderr',
      'logging.level': 4,
      timezone: 'UTC',
      technicalcontact_email: 'na@example.org',
      secretsalt: createHash('sha256').update(privateKey).digest('hex'),
      'store.type': 'phpsession',
      'session.phpsession.savepath': `${folder}/sessions`,
      'session.cookie.secure': false,
      'metadata.sources': [{ type: 'flatfile', directory: `${folder}/metadata` }],
    },
    'config/authsources': {
      users: Object.fromEntries([
        ['0', 'exampleauth:UserPass'],
        ...Object.entries(PROVIDER_USERS).map(([uid, user]) => [
          `${uid}:${user.password}`,
          attributesOf(uid, user),
        ]),
      ]),
    },
    'metadata/saml20-idp-hosted': {
      '__DYNAMIC:1__': {
        host: '__DEFAULT__',
        auth: 'users',
        privatekey: 'key.pem',
        certificate: 'certificate.pem',
        'signature.algorithm': 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
        'saml20.sign.response': true,
        'saml20.sign.assertion': true,
        authproc: {
          1: { class: 'saml:AttributeNameID', attribute: 'email', Format: EMAIL_ADDRESS },
        },
      },
    },
    [SERVICE_PROVIDERS_FILE]: Object.fromEntries(
      Object.values(SERVICE_PROVIDERS).map(({ url, entityId }) => [
        entityId,
        serviceProviderMetadata(url),
      ]),
    ),
  }
}

function attributesOf(uid: string, { password: _, groups, ...user }: ProviderUser) {
  const single = Object.entries({ uid, ...user }).map(([name, value]) => [name, [value]])
  return { ...Object.fromEntries(single), groups }
}
