/** Changes XML as an attacker would who has a signed response: by its elements, without the key. */

interface Element {
  /** The start tag, or the whole element where it is empty. */
  start: string
  end: string
  content: (Element | string)[]
}

/** Numbers are reduced to the places that the document has. */
export interface XmlChange {
  readonly kind: keyof typeof CHANGES
  readonly at: number
  readonly to: number
}

const WRAPPER =
  '<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_w" Version="2.0">'
const INSERTED = [
  ...['<!-- x -->', '<?x y?>', '<![CDATA[x]]>', ' ', '&#32;', '<x/>'],
  '<ds:Object xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/>',
]
const ATTRIBUTES = ['x="y"', 'xmlns:q="urn:q"', 'xmlns="urn:z"', 'ID="_x"', 'Id="_x"', 'xml:id="x"']

type Change = (place: Place, other: Place, number: number) => void

interface Place {
  readonly parent: Element
  readonly element: Element
}

/** Each changes the document in place. A forged copy names another user with other attributes. */
const CHANGES = {
  forgeBefore: ({ parent, element }) => insert(parent, indexOf(parent, element), forged(element)),
  forgeAfter: ({ parent, element }) =>
    insert(parent, indexOf(parent, element) + 1, forged(element)),
  forge: ({ parent, element }) => replace(parent, element, forged(element)),
  remove: ({ parent, element }) => void parent.content.splice(indexOf(parent, element), 1),
  copyInto: ({ element }, other) => insert(open(other.element), 0, parseXml(textOf(element))),
  moveInto: ({ parent, element }, other) => {
    const copy = parseXml(textOf(element))
    parent.content.splice(indexOf(parent, element), 1)
    insert(open(other.element), other.element.content.length, copy)
  },
  wrap: ({ parent, element }) =>
    replace(parent, element, { start: WRAPPER, end: '</saml:Assertion>', content: [element] }),
  wrapInForged: ({ parent, element }) => {
    const copy = forged(element)
    insert(copy, copy.content.length, element)
    replace(parent, element, copy)
  },
  insertText: ({ element }, _, number) =>
    insert(open(element), number % (element.content.length + 1), pick(INSERTED, number)),
  addAttribute: ({ element }, _, number) => {
    element.start = element.start.replace(/(\s*\/?>)$/, ` ${pick(ATTRIBUTES, number)}$1`)
  },
  renameId: ({ element }) => {
    element.start = element.start.replace(/ ID="[^"]*"/, ' ID="_renamed"')
  },
  reverse: ({ element }) => void element.content.reverse(),
} as const satisfies Record<string, Change>

export const CHANGE_KINDS: readonly (keyof typeof CHANGES)[] = Object.keys(CHANGES).filter(
  (kind): kind is keyof typeof CHANGES => kind in CHANGES,
)

/** @param xml with one root element, without comments and declarations */
export function changeXml(xml: string, changes: readonly XmlChange[]): string {
  const document: Element = { start: '', end: '', content: [parseXml(xml)] }
  for (const { kind, at, to } of changes) {
    const places = placesIn(document)
    const [place, other] = [places[at % places.length], places[to % places.length]]
    if (place && other) CHANGES[kind](place, other, to)
  }
  return textOf(document)
}

function parseXml(xml: string): Element {
  const root: Element = { start: '', end: '', content: [] }
  const path = [root]
  for (const [part] of xml.matchAll(/<[^>]+>|[^<]+/g)) {
    const parent = path.at(-1) ?? root
    const element = { start: part, end: '', content: [] }
    if (!part.startsWith('<')) parent.content.push(part)
    else if (part.startsWith('</')) {
      parent.end = part
      path.pop()
    } else {
      parent.content.push(element)
      if (!part.endsWith('/>')) path.push(element)
    }
  }
  const [element] = root.content.filter((child) => typeof child !== 'string')
  if (element === undefined) throw new Error('The text has no element.')
  return element
}

function textOf(node: Element | string): string {
  return typeof node === 'string' ? node : node.start + node.content.map(textOf).join('') + node.end
}

function placesIn(parent: Element): Place[] {
  return parent.content.flatMap((element) =>
    typeof element === 'string' ? [] : [{ parent, element }, ...placesIn(element)],
  )
}

function forged(element: Element): Element {
  const others = { alice: 'carol', '>red<': '>blue<', '>support<': '>admins<' }
  let text = textOf(element)
  for (const [own, other] of Object.entries(others)) text = text.replaceAll(own, other)
  return parseXml(text)
}

/** An empty element gets a start tag and an end tag. */
function open(element: Element): Element {
  const [, name] = /^<([^\s/>]+)[^>]*\/>$/.exec(element.start) ?? []
  if (name !== undefined) {
    element.start = element.start.replace(/\/>$/, '>')
    element.end = `</${name}>`
  }
  return element
}

function insert(parent: Element, index: number, node: Element | string): void {
  parent.content.splice(index, 0, node)
}

function replace(parent: Element, element: Element, by: Element): void {
  parent.content[indexOf(parent, element)] = by
}

function indexOf(parent: Element, element: Element): number {
  return parent.content.indexOf(element)
}

function pick(texts: readonly string[], number: number): string {
  return texts[number % texts.length] ?? ''
}
