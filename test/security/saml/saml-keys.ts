/** The keys of the identity provider of the corpus, and others. */
import { createSamlKey } from '../../fixtures/saml-documents.ts'

export const KEYS = {
  rsa: createSamlKey(),
  /** Configured too, for rotation. */
  next: createSamlKey(),
  'P-256': createSamlKey('P-256'),
  'P-384': createSamlKey('P-384'),
  'P-521': createSamlKey('P-521'),
  /** Not configured. */
  foreign: createSamlKey(),
}
