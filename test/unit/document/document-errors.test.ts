/** Errors of the compile step: each names its path and says what to write instead. */
import { describe, expect, it } from 'vitest'
import { errorsAfter, RESOURCE, ROLE, VERIFY } from './example-document.ts'

describe('an error of the document', () => {
  const STATEMENT_PATH = 'grants.reports.policy[0]'
  const RESOURCE_PATH = `${STATEMENT_PATH}.Resource`
  const BOUNDARY = 'arn:aws:iam::111122223333:policy/tenant-boundary'
  const ED25519 = '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo'
  const SHORT_MODULUS = Buffer.alloc(128, 0xff).toString('base64url')

  it.each([
    [
      'webIdentity: minted',
      'releasedAudience: sts.amazonaws.com',
      'grants.reports.releasedAudience',
      'write an audience that only roles for released tokens trust',
    ],
    [
      'duration: 1h',
      'createRole: true',
      'grants.reports.permissionsBoundary',
      'write the ARN of a policy: arn:aws:iam::111122223333:policy/tenant-boundary',
    ],
    [
      'duration: 1h',
      'createRole: true\n    permissionsBoundary: arn:aws:iam::444455556666:policy/b',
      'grants.reports.permissionsBoundary',
      'use a policy in arn:aws:iam::111122223333:',
    ],
    [
      'duration: 1h',
      `permissionsBoundary: ${BOUNDARY}`,
      'grants.reports.permissionsBoundary',
      'write createRole: true',
    ],
    [
      'duration: 1h',
      `createRole: true\n    permissionsBoundary: ${BOUNDARY}\n    releasedAudience: acme-released`,
      'grants.reports.createRole',
      'create this role yourself',
    ],
    ['tenant: acme', 'tenant: Acme', 'tenant', 'lower-case letters'],
    ['tenant: acme', 'tenant: acme\nconstructor: {}', 'constructor', 'use another name'],
    ['claims.sub', '"claims[\\"\\uD800\\"]"', 'attributes.user.from', 'as one of a pair'],
    ['tenant: acme', 'tenant: acme\n"a\\uDC00": 1', '', 'as one of a pair'],
    ['tenant: acme', 'tenant: acme\n__proto__: {}', '__proto__', 'use another name'],
    [
      'tenant: acme',
      'tenant: acme\nallowedOrigins: [https://a.example/]',
      'allowedOrigins[0]',
      'https://app.acme',
    ],
    ['audiences: [', 'audience: [', 'issuers[0].audience', 'did you mean audiences?'],
    ['https://id.acme.example', 'http://id.acme.example', 'issuers[0].issuer', 'write https'],
    ['https://id.acme.example', 'https://u@id.acme.example', 'issuers[0].issuer', 'without user'],
    [
      VERIFY,
      '{ kind: jwt, jwksUri: https://a.example, keys: [{kty: OKP}] }',
      'issuers[0].verify',
      'keep one',
    ],
    [
      VERIFY,
      '{ kind: jwt, keys: [{kty: OKP, crv: Ed25519, x: a, d: b}] }',
      'issuers[0].verify.keys[0]',
      'replace the key pair at once',
    ],
    [
      VERIFY,
      `{ kind: jwt, keys: [{kty: RSA, e: AQAB, n: ${SHORT_MODULUS}}] }`,
      'issuers[0].verify.keys[0]',
      '2048 bits',
    ],
    [
      VERIFY,
      '{ kind: jwt, keys: [{kty: EC, crv: Ed25519}] }',
      'issuers[0].verify.keys[0].crv',
      'P-256',
    ],
    ['[RS256, ES256]', '[HS256]', 'issuers[0].algorithms[0]', 'RS256'],
    [
      'https://id.acme.example\n',
      'https://id.acme.example/.well-known/openid-configuration\n',
      'issuers[0].issuer',
      'write the iss of its tokens: https://id.acme.example',
    ],
    [
      `${VERIFY}\n    audiences: [acme-mobile, acme-web]\n    algorithms: [RS256, ES256]`,
      `{ kind: jwt, keys: [{ kty: OKP, crv: Ed25519, x: ${ED25519} }] }\n` +
        '    audiences: [acme]\n    algorithms: [RS256, ES256]',
      'issuers[0].algorithms',
      'write algorithms: [EdDSA, Ed25519], or add a key',
    ],
    [
      'maxTokenAge: 24h',
      'types: [client+jwt, Logout+JWT]',
      'issuers[0].types[1]',
      'send an ID token or an access token',
    ],
    ['maxTokenAge: 24h', 'delegatedTokens: yes', 'issuers[0].delegatedTokens', 'accept'],
    ['maxTokenAge: 24h', 'clockTolerance: 61s', 'issuers[0].clockTolerance', 'to 1m'],
    ['maxTokenAge: 24h', 'maxTokenAge: 1w', 'issuers[0].maxTokenAge', '1h30m'],
    ['claims.org == "acme"', 'claims.org.matches("a")', 'issuers[0].member', 'CEL'],
    ['claims.org == "acme"', 'has(actor.subject)', 'issuers[0].member', 'conditions of rules'],
    ['from: claims.sub', 'from: size(claims)', 'attributes.user.from', 'write string(…)'],
    ["'[a-z-]{1,32}'", "'([a-z]+)+'", 'attributes.team.pattern', 'separator'],
    ['grant: reports', 'grant: report', 'rules[0].grant', 'reports'],
    ['grant: reports', 'grant: report\n    deny: true', 'rules[0].grant', 'reports'],
    ['grant: reports', 'deny: false', 'rules[0].grant', 'write grant: NAME, or deny: true'],
    ['grant: reports', 'deny: [yes]', 'rules[0].deny', 'write true or false'],
    [ROLE, 'arn:aws:iam::1:role/x', 'grants.reports.role', 'arn:aws:iam::111122223333:role/name'],
    [' duration: 1h', ' duration: 5m', 'grants.reports.duration', '15m to 12h'],
    ['maxDuration: 1h', 'maxDuration: 30m', 'grants.reports.maxDuration', 'at least as long'],
    ['maxDuration: 1h', 'maxDuration: 1h\n    reuse: 9s', 'grants.reports.reuse', '10s to 1h'],
    ['maxDuration: 1h', 'maxDuration: 1h\n    reuse: 61m', 'grants.reports.reuse', '10s to 1h'],
    ['maxDuration: 1h', 'maxDuration: 1h\n    reuse: often', 'grants.reports.reuse', 'such as 15m'],
    ['maxDuration: 1h', 'maxDuration: 1h\n    reuse: 31m', 'grants.reports.reuse', 'at most 30m'],
    ['maxDuration: 1h', 'maxDuration: 1h\n    reuse: 300', 'grants.reports.reuse', '5m'],
    [
      'webIdentity: minted',
      'webIdentity: pass-through',
      'grants.reports.sessionTags',
      'webIdentity: minted',
    ],
    ["'{{team}}' }", "'{{nobody}}' }", 'grants.reports.sessionTags.team', 'user, team'],
    [
      'tenant: acme, team',
      "'aws:x': acme, team",
      'grants.reports.sessionTags["aws:x"]',
      'another prefix',
    ],
    ['tenant: acme, team', "tenant: 'a#b', team", 'grants.reports.sessionTags.tenant', 'letters'],
    [
      "'{{team}}' }",
      "'{{user}}/{{user}}' }",
      'grants.reports.sessionTags.team',
      'limit the attribute',
    ],
    [
      'webIdentity: minted',
      'transitiveTagKeys: [x]',
      'grants.reports.transitiveTagKeys[0]',
      'tenant, team',
    ],
    [
      'managedPolicies: []',
      'managedPolicies: [arn:aws-cn:iam::aws:policy/A]',
      'grants.reports.managedPolicies[0]',
      'aws',
    ],
    ['Sid: ListOwn', 'Sid: ReadReports', 'grants.reports.policy[1].Sid', 'once'],
    ['Sid: ListOwn', 'Sid: list-own', 'grants.reports.policy[1].Sid', 'letters and digits'],
    ['Sid: ListOwn', 'Principal: "*"', 'grants.reports.policy[1].Principal', 'remove it'],
    [
      'Action: [s3:GetObject]',
      'NotAction: [s3:GetObject]',
      'grants.reports.policy[0].NotAction',
      'Action',
    ],
    [
      'Action: [s3:GetObject]',
      'Action: ["s3:{{user}}"]',
      'grants.reports.policy[0].Action[0]',
      'Resource',
    ],
    [
      'Action: [s3:GetObject]',
      'Action: [GetObject]',
      'grants.reports.policy[0].Action[0]',
      's3:GetObject',
    ],
    ['Action: [s3:GetObject]', '# none', 'grants.reports.policy[0]', 'write'],
    [RESOURCE, "'acme-data/x'", RESOURCE_PATH, 'arn:aws:s3'],
    [RESOURCE, "'arn:aws-cn:s3:::acme-data/x'", RESOURCE_PATH, 'arn:aws:'],
    [RESOURCE, "'arn:aws:s3:{{user}}::x'", RESOURCE_PATH, 'last part'],
    [RESOURCE, "'arn:aws:s3:::b/{{user'", RESOURCE_PATH, '{{attribute}}'],
    [RESOURCE, "'arn:aws:s3:::b/{{ }}'", RESOURCE_PATH, '{{attribute}}'],
    [RESOURCE, "'arn:aws:s3:::b/${aws:{{user}}}'", RESOURCE_PATH, 'slot cannot be inside'],
    [RESOURCE, "'arn:aws:s3:::b/{{user}}*'", STATEMENT_PATH, 'shared: true'],
    [RESOURCE, "'arn:aws:s3:::b/*{{user}}'", STATEMENT_PATH, 'shared: true'],
    [RESOURCE, "'arn:aws:s3:::b/{{team}}{{user}}'", STATEMENT_PATH, 'shared: true'],
    [RESOURCE, "'arn:aws:s3:::b/{{team}}-{{user}}'", STATEMENT_PATH, 'shared: true'],
    [RESOURCE, "'arn:aws:s3:::b/\u0100'", RESOURCE_PATH, 'U+00FF'],
    [RESOURCE, `'arn:aws:s3:::b${'/{{user}}'.repeat(20)}'`, 'grants.reports.policy', 'limit user'],
  ])('names its path and what to write, with %s as %s', (wanted, replacement, path, hint) => {
    const errors = errorsAfter(wanted, replacement)
    expect(
      errors.filter((error) => error.startsWith(`${path}|`) && error.includes(hint)),
    ).not.toEqual([])
  })

  it.each([
    [
      ['duration: 1h', 'permissionsBoundary: arn:aws:iam::111122223333:policy/b'],
      'grants.reports.permissionsBoundary',
      'permissionsBoundary requires createRole: true',
      'write createRole: true, or remove permissionsBoundary',
    ],
    [
      ['tenant: acme, team', 'tenant: acme, TENANT: acme, team'],
      'grants.reports.sessionTags.TENANT',
      'STS treats keys that differ only in case as duplicates',
      'keep one of them',
    ],
    [
      ["'[a-z-]{1,32}'", "'([a-z]+)+'"],
      'attributes.team.pattern',
      'the repeated group ([a-z]+)+ can match one text in many ways ' +
        'and may backtrack catastrophically',
      'begin each repetition with a separator that is nowhere else in it: [a-z]+(-[a-z]+)*',
    ],
    [
      ['tenant: acme\n', 'tenant: acme\ntenant: b\n'],
      'tenant',
      'duplicate key tenant',
      'write each key once: it is in line 1 too',
    ],
    [
      ['grant: reports', 'grant: reports\n    audiences: [acme]'],
      'rules[0].audiences',
      'unknown field audiences in a rule',
      'audiences belongs under issuers[0]',
    ],
  ] as const)('is said in plain words, with %s', ([wanted, replacement], path, message, hint) => {
    expect(errorsAfter(wanted, replacement)).toContain(`${path}|${message}|${hint}`)
  })

  it.each([
    ['tenant: acme\n', 'tenant: acme\ntenant: b\n', 'once'],
    ['tenant: acme\n', 'tenant: !x acme\n', 'tag'],
    ['managedPolicies: []\n', 'managedPolicies: []\n---\ntenant: b\n', 'one document'],
    ['[RS256, ES256]', '[RS256', 'the bracket [ has no closing ]'],
    ['[acme-mobile, acme-web]', '[&a acme, *a]', 'write the value out'],
    ['tenant: acme', `tenant: acme # ${'x'.repeat(300_000)}`, 'several tenants'],
  ])('says what to write where YAML is not valid, with %s as %s', (wanted, replacement, hint) => {
    expect(errorsAfter(wanted, replacement).join('\n')).toContain(hint)
  })
})
