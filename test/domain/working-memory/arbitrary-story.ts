import fc from 'fast-check'
import type { SimulatedNamespace } from './simulated-namespace.ts'

/** One thing that happens to a namespace. Memories are meant by a number that wraps around those there are. */
export type Happening =
  | {
      readonly do: 'remember'
      readonly text: number
      readonly importance: number
      readonly key: number
      readonly later: number
    }
  | { readonly do: 'correct'; readonly which: number; readonly text: number; readonly importance: number }
  | { readonly do: 'forget' | 'restore'; readonly which: readonly number[] }
  | { readonly do: 'reinforce'; readonly which: number; readonly useful: boolean; readonly times: number }
  | { readonly do: 'erase'; readonly key: number }
  | { readonly do: 'repeat'; readonly which: number }
  | { readonly do: 'skip'; readonly count: number }

const DAY = 24 * 60 * 60 * 1000
/** Small numbers mean the newest, which are the ones that are held. */
const which = fc.oneof(fc.nat({ max: 5 }), fc.nat({ max: 400 }))
const text = fc.nat({ max: 30 })
const importance = fc.constantFrom(0, 1, 500, 500, 1000)

export const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('remember' as const),
      text,
      importance,
      key: fc.nat({ max: 6 }),
      later: fc.constantFrom(0, 0, 1, DAY, 30 * DAY),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('correct' as const), which, text, importance }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('forget' as const, 'restore' as const),
      which: fc.array(which, { minLength: 1, maxLength: 4 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('reinforce' as const),
      which,
      useful: fc.boolean(),
      times: fc.constantFrom(1, 1, 3, 40),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('erase' as const), key: fc.nat({ max: 6 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('repeat' as const), which }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('skip' as const), count: fc.integer({ min: 1, max: 9 }) }) },
)

/** Text 0 has no encoding. */
export const contentOf = (number: number): string => (number === 0 ? '…' : `note ${number} about topic ${number % 7}`)

export function happen(namespace: SimulatedNamespace, happening: Happening): void {
  const memoryIds = [...namespace.rows.keys()]
  const meant = (number: number): string => memoryIds.at(-1 - (number % (memoryIds.length + 1))) ?? 'unknown'
  switch (happening.do) {
    case 'remember': {
      const { importance, later } = happening
      const keyId = openKey(namespace, happening.key)
      namespace.remember({ content: contentOf(happening.text), importance, later, keyId })
      return
    }
    case 'correct': {
      const { importance } = happening
      const content = contentOf(happening.text)
      namespace.remember({ content, importance, supersedes: meant(happening.which), keyId: openKey(namespace, 0) })
      return
    }
    case 'forget':
      namespace.forget(...happening.which.map(meant))
      return
    case 'restore':
      namespace.restore(...happening.which.map(meant))
      return
    case 'reinforce':
      for (let i = 0; i < happening.times; i++) namespace.reinforce(meant(happening.which), happening.useful)
      return
    case 'erase':
      namespace.erase(openKey(namespace, happening.key))
      return
    case 'repeat':
      namespace.repeat(happening.which)
      return
    case 'skip':
      namespace.skip(happening.count)
      return
  }
}

/** A destroyed key is never written under again: the next write opens another generation. */
function openKey({ destroyedKeys }: SimulatedNamespace, slot: number): string {
  let generation = 0
  while (destroyedKeys.has(`k${slot}.${generation}`)) generation++
  return `k${slot}.${generation}`
}
