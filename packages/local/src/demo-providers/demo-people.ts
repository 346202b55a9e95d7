/** Invented people who can sign in at the demo providers, some at several of them. */

/** Someone with an account at one provider. */
export interface DemoPerson {
  /** The id of the account, as the provider writes it. */
  readonly id: string
  readonly name: string
  readonly email: string
  /** Claims that only this provider adds. */
  readonly claims?: Readonly<Record<string, string>>
}

export const RIVERBEND_PEOPLE: readonly DemoPerson[] = [
  person('amzn1.account.AF4QRIVERBENDJUNO2MTK7WX3AB', 'Juno Achterberg'),
  person('amzn1.account.AF4QRIVERBENDTOMA5SLP9QY6CD', 'Tomás Quill'),
  person('amzn1.account.AF4QRIVERBENDPRIY8NVR2HZ4EF', 'Priya Vantongeren'),
]

export const FACETS_PEOPLE: readonly DemoPerson[] = [
  person('10215241773831025', 'Juno Achterberg'),
  person('10158873302941177', 'Odalys Fenn'),
  person('10223990145567380', 'Kweku Strand'),
]

export const LOOKOUT_PEOPLE: readonly DemoPerson[] = [
  person('104725918836620047731', 'Juno Achterberg'),
  person('117300264985510872264', 'Mirela Okonski'),
  person('109981452270036618553', 'Haruto Belmont'),
]

export const LANTERN_PEOPLE: readonly DemoPerson[] = [
  { ...person('u-7f3k2m', 'Juno Achterberg'), claims: { status: 'active' } },
  { ...person('u-9d1q8x', 'Ansel Whitlock'), claims: { status: 'active' } },
  // The tenant document of the game refuses this one.
  { ...person('u-2b6w5z', 'Sable Roux'), claims: { status: 'suspended' } },
]

/** The domain is reserved, so that the address is nobody's (RFC 2606 §2). */
function person(id: string, name: string): DemoPerson {
  const [first = ''] = name.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().split(' ')
  return { id, name, email: `${first}@mail.example` }
}
