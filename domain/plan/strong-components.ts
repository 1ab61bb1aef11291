/**
 * Strongly connected components of a directed graph (Tarjan 1972), without recursion: links may form chains as long as a
 * namespace. Every id of `successors`' values must be a key of it. Each component and their list are in Tarjan's order,
 * which is fixed by the order of the keys and values.
 */
export function strongComponents(successors: ReadonlyMap<string, readonly string[]>): string[][] {
  const search = new Search(successors)
  for (const node of successors.keys()) search.from(node)
  return search.components
}

interface Frame {
  readonly node: string
  next: number
}

class Search {
  readonly components: string[][] = []
  readonly #successors: ReadonlyMap<string, readonly string[]>
  readonly #index = new Map<string, number>()
  readonly #low = new Map<string, number>()
  readonly #open: string[] = []
  readonly #isOpen = new Set<string>()

  constructor(successors: ReadonlyMap<string, readonly string[]>) {
    this.#successors = successors
  }

  from(root: string): void {
    if (this.#index.has(root)) return
    const frames = [this.#enter(root)]
    for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
      const successor = this.#successors.get(frame.node)![frame.next++]
      if (successor === undefined) {
        frames.pop()
        this.#leave(frame.node, frames.at(-1)?.node)
      } else if (!this.#index.has(successor)) frames.push(this.#enter(successor))
      else if (this.#isOpen.has(successor)) this.#lower(frame.node, this.#index.get(successor)!)
    }
  }

  #enter(node: string): Frame {
    const index = this.#index.size
    this.#index.set(node, index)
    this.#low.set(node, index)
    this.#open.push(node)
    this.#isOpen.add(node)
    return { node, next: 0 }
  }

  #leave(node: string, parent: string | undefined): void {
    const low = this.#low.get(node)!
    if (low === this.#index.get(node)) {
      const component = this.#open.splice(this.#open.lastIndexOf(node))
      for (const member of component) this.#isOpen.delete(member)
      this.components.push(component)
    }
    if (parent !== undefined) this.#lower(parent, low)
  }

  #lower(node: string, low: number): void {
    if (low < this.#low.get(node)!) this.#low.set(node, low)
  }
}
