/** Mistakes in the parties of tokens: the issuer, the audience, and those who act for a subject. */
import { mark } from './marked.ts'
import { type RequestMistake, tokenMistake } from './request-mistake.ts'

export const PARTY_MISTAKES: readonly RequestMistake[] = [
  tokenMistake(
    'audience of another app',
    'the token is for another app, and no tenant is named',
    { claims: { aud: 'orchard-shop' } },
    {
      operator: mark(/\baud(?:ience)?\b/, /orchard-app/, /orchard-shop/, /add|get|request/i),
      response: mark(
        /grants|access_denied|accept/i,
        /accept.*\baud(?:ience)?\b/,
        /orchard-shop/,
        /operator|request ?id|\btoken\b.*\bfor\b/i,
      ),
    },
    { named: 'issue, 50', secrets: ['orchard-app', 'packers'] },
  ),
  tokenMistake(
    'audience of another app at a named tenant',
    'the token is for another app, and the tenant is named',
    { claims: { aud: 'orchard-shop' } },
    {
      operator: mark(/\baud(?:ience)?\b/, /orchard-app/, /orchard-shop/, /add|get|request/i),
      response: mark(
        /grants|access_denied|accept/i,
        /accept.*\baud(?:ience)?\b/,
        /orchard-shop/,
        /operator|request ?id|\btoken\b.*\bfor\b/i,
      ),
    },
    {
      secrets: ['orchard-app', 'packers'],
      explain: ['--tenant', 'orchard'],
      request: (token) => ({
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: '{"tenant":"orchard"}',
      }),
    },
  ),
  tokenMistake(
    'issuer with a slash',
    'the issuer has a slash at its end, and that of the document has none',
    { claims: { iss: 'https://id.orchard.example/' } },
    {
      operator: mark(
        /\biss(?:uer)?\b/,
        /https:\/\/id\.orchard\.example(?!\/)/,
        /https:\/\/id\.orchard\.example\//,
        /write|add|did you mean|differ|slash/i,
      ),
      response: mark(
        /issuer/i,
        /exact|equal|last character|tenant document/,
        /https:\/\/id\.orchard\.example\//,
        /identity provider|operator|token of|request ?id/i,
      ),
    },
    { named: 'issue', secrets: ['packers'] },
  ),
  tokenMistake(
    'unknown issuer',
    'no tenant has the issuer',
    { claims: { iss: 'https://id.orchard.test' } },
    {
      operator: mark(
        /\biss(?:uer)?\b/,
        /https:\/\/id\.orchard\.example|no tenant|tenant document/,
        /https:\/\/id\.orchard\.test/,
        /add|get|did you mean|write/i,
      ),
      response: mark(
        /issuer/i,
        /trust|tenant document/,
        /https:\/\/id\.orchard\.test/,
        /identity provider|operator|token of|request ?id/i,
      ),
    },
    { named: 'issue', secrets: ['packers', 'id.orchard.example'] },
  ),
  tokenMistake(
    'several audiences',
    'the token has two audiences, and no authorized party',
    { claims: { aud: ['orchard-app', 'orchard-shop'] } },
    {
      operator: mark(
        /azp|authorized part/i,
        /azp|client_id|authorizedParties/,
        /absent|no |without|missing|orchard-shop/i,
        /authorizedParties|add/,
      ),
      response: mark(
        /grants|access_denied|valid|part/i,
        /authorized party|azp/i,
        /azp none|no azp|without azp|no authorized party/i,
        /operator|request ?id|identity provider/i,
      ),
    },
    { named: '31', secrets: ['packers'] },
  ),
  tokenMistake(
    'delegated token',
    'another party acts for the subject',
    { claims: { act: { sub: 'packing-agent' } } },
    {
      operator: mark(
        /\bact\b/,
        /absent|delegatedTokens|without/i,
        /\bact\b|packing-agent|present/,
        /delegatedTokens|send/i,
      ),
      response: mark(
        /\bact\b|delegat|acts? for/i,
        /without|own token|absent|accept/i,
        /\bact\b|delegat|acts? for/i,
        /send|operator|request ?id/i,
      ),
    },
    { named: '08' },
  ),
]
