/** Who acts for the subject of a token (RFC 8693 §1.1 and §4.1). */

/** One party of a delegation chain. */
export interface Actor {
  /** The issuer that vouches for it: that of the token which names it. */
  readonly issuer: string
  /** 1 to 255 characters. */
  readonly subject: string
  /** Of its own token; for an actor that a claim `act` names, the members of that claim. */
  readonly claims: Readonly<Record<string, unknown>>
  /** Who acted before it; absent: the subject itself delegated to it. */
  readonly actor?: Actor
}

/** Limit of the actors in one chain, the one that acts now included. */
export const MAX_ACTORS = 4

/** All actors of a chain, the one that acts now first. */
export function actorsOf(actor: Actor | undefined): readonly Actor[] {
  return actor === undefined ? [] : [actor, ...actorsOf(actor.actor)]
}
