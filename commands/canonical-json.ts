import canonicalize from 'canonicalize'

/**
 * RFC 8785 JSON. What the RFC asks of strings and numbers is what `JSON.stringify` does (§3.2.2 defers to ECMAScript);
 * only the members have to be sorted. The library, which builds the text piece by piece and takes three times as long, does
 * it where JavaScript keeps an order of its own: names that are array indices, and `__proto__`.
 * Takes what `JSON.parse` can give.
 */
export function canonicalJson(value: object): string {
  const sorted = inOrder(value)
  const text = sorted === null ? canonicalize(value) : JSON.stringify(sorted)
  if (text === undefined) throw new TypeError('The value has no JSON')
  return text
}

const UNSORTABLE = /^(?:0|[1-9]\d*|__proto__)$/

/** The value with the members of all objects sorted by UTF-16 code units (§3.2.3); `null` when no object can hold that order. */
function inOrder(value: object): object | null {
  return Array.isArray(value) ? elementsInOrder(value) : membersInOrder(value as Readonly<Record<string, unknown>>)
}

function elementsInOrder(array: readonly unknown[]): object | null {
  const elements: unknown[] = []
  for (const element of array) {
    if (typeof element === 'object' && element !== null) {
      const sorted = inOrder(element)
      if (sorted === null) return null
      elements.push(sorted)
    } else elements.push(element)
  }
  return elements
}

function membersInOrder(members: Readonly<Record<string, unknown>>): object | null {
  const sorted: Record<string, unknown> = {}
  for (const name of sortedNames(members)) {
    if (UNSORTABLE.test(name)) return null
    const member = members[name]
    if (typeof member === 'object' && member !== null) {
      const inner = inOrder(member)
      if (inner === null) return null
      sorted[name] = inner
    } else sorted[name] = member
  }
  return sorted
}

/** Requests are made with their members in order already: looking costs a tenth of sorting. */
function sortedNames(members: object): string[] {
  const names = Object.keys(members)
  for (let i = 1; i < names.length; i++) if (names[i - 1]! > names[i]!) return names.sort()
  return names
}
