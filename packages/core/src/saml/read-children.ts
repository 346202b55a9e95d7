/** Reads an element as its schema says: which attributes and children it has, in which order. */

import { ASSERTION, PROTOCOL, SIGNATURE } from './saml-names.ts'
import { SamlProblem } from './saml-problem.ts'
import type { XmlElement } from './xml-element.ts'

/** What may follow: elements with one of the names, so often. */
export interface ChildRule {
  readonly namespace: string
  readonly names: readonly string[]
  readonly least: 0 | 1
  readonly most: number
}

export interface Children {
  /** @throws {SamlProblem} where there is none */
  readonly one: (name: string) => XmlElement
  readonly all: (name: string) => readonly XmlElement[]
}

/** What is out of scope, and what to do about it. */
const UNSUPPORTED: readonly (readonly [namespace: string, name: RegExp, why: string])[] = [
  [
    ASSERTION,
    /^Encrypted(?:Assertion|ID|Attribute)$/,
    'is encrypted, which the broker does not support; turn encryption off at the identity ' +
      'provider, for this application alone',
  ],
  [PROTOCOL, /^Extensions$/, 'has Extensions, which could change its meaning'],
  [ASSERTION, /^Advice$/, 'has Advice, which could contain another assertion'],
  [SIGNATURE, /^Object$/, 'has an Object in a signature, which could contain another assertion'],
]

export const once = (namespace: string, name: string): ChildRule => ({
  ...{ namespace, names: [name], least: 1, most: 1 },
})
export const optional = (namespace: string, name: string): ChildRule => ({
  ...{ namespace, names: [name], least: 0, most: 1 },
})
export const repeated = (namespace: string, ...names: readonly string[]): ChildRule => ({
  ...{ namespace, names, least: 0, most: Number.POSITIVE_INFINITY },
})

/**
 * The children of an element that has no text of its own.
 * @param rules in the order of the schema: each child is described by the first rule that it fits,
 *   from that of the child before it
 * @throws {SamlProblem}
 */
export function readChildren(element: XmlElement, rules: readonly ChildRule[]): Children {
  const found: XmlElement[] = []
  let at = 0
  let count = 0
  for (const child of element.children) {
    if (typeof child === 'string') {
      if (!/^[ \n\t\r]*$/.test(child)) throw new SamlProblem(`has text in ${element.name}`)
      continue
    }
    for (; at < rules.length; at++, count = 0) if (fits(child, rules[at], count)) break
    if (at === rules.length) throw new SamlProblem(describeMisplaced(child, element))
    count++
    found.push(child)
  }
  const all = (name: string) => found.filter((child) => child.name === name)
  const one = (name: string) => {
    const [first] = all(name)
    if (first === undefined) throw new SamlProblem(`has no ${name} in ${element.name}`)
    return first
  }
  for (const { names, least } of rules) if (least === 1) one(names[0] ?? '')
  return { one, all }
}

/** The text of an element without children; empty where it has none. */
export function readOnlyText(element: XmlElement): string {
  const [only, ...more] = element.children
  if (more.length > 0 || (only !== undefined && typeof only !== 'string'))
    throw new SamlProblem(`has child elements in ${element.name}`)
  return only ?? ''
}

/** @throws {SamlProblem} where it has a child, or text other than white space */
export function demandEmpty(element: XmlElement): void {
  readChildren(element, [])
}

export function attributeOf(element: XmlElement, name: string): string | undefined {
  return element.attributes.find((one) => one.prefix === '' && one.name === name)?.value
}

/** @throws {SamlProblem} where it is missing */
export function requiredAttribute(element: XmlElement, name: string): string {
  const value = attributeOf(element, name)
  if (value === undefined) throw new SamlProblem(`has no ${name} in ${element.name}`)
  return value
}

/**
 * Refuses attributes without a namespace that the schema does not know. Those of other namespaces,
 * such as `xsi:type`, say nothing that is read.
 * @throws {SamlProblem}
 */
export function demandAttributes(element: XmlElement, known: readonly string[]): void {
  for (const { prefix, name } of element.attributes)
    if (prefix === '' && !known.includes(name))
      throw new SamlProblem(`has an unknown attribute in ${element.name}`)
}

function fits({ namespace, name }: XmlElement, rule: ChildRule | undefined, count: number) {
  return rule?.namespace === namespace && rule.names.includes(name) && count < rule.most
}

function describeMisplaced({ namespace, name }: XmlElement, parent: XmlElement): string {
  const known = UNSUPPORTED.find(([of, pattern]) => of === namespace && pattern.test(name))
  return known?.[2] ?? `has an element in ${parent.name} that does not belong there`
}
