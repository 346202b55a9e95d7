/** The elements of an XML document as the strict reader returns them. */

export interface XmlAttribute {
  /** Empty where there is none. */
  readonly prefix: string
  readonly name: string
  /** Empty where there is none. */
  readonly namespace: string
  readonly value: string
}

export interface XmlElement {
  /** Empty where there is none. */
  readonly prefix: string
  readonly name: string
  /** Empty where there is none. */
  readonly namespace: string
  /** Without declarations of namespaces. */
  readonly attributes: readonly XmlAttribute[]
  /** URIs by prefix; the default namespace is that of the empty prefix. Without `xml`. */
  readonly namespaces: ReadonlyMap<string, string>
  /** Elements, and text between them: never two texts in a row. */
  readonly children: readonly (XmlElement | string)[]
}

/** All elements below one, and itself, in the order of the document. */
export function* elementsIn(element: XmlElement): Generator<XmlElement> {
  yield element
  for (const child of element.children) if (typeof child !== 'string') yield* elementsIn(child)
}
