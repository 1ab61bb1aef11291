import test from 'ava'
import { EMPTY_WORKING_MEMORY, type WorkingMemory } from '../../../domain/working-memory/working-memory.ts'
import { workingMemoryHash } from '../../../domain/working-memory/working-memory-hash.ts'
import { SimulatedNamespace } from './simulated-namespace.ts'

function someState(): WorkingMemory {
  const namespace = new SimulatedNamespace()
  for (let i = 0; i < 5; i++) namespace.remember({ content: `note ${i}` })
  return namespace.seed()
}

test('equal states have equal hashes', (t) => {
  t.is(workingMemoryHash(someState()), workingMemoryHash(structuredClone(someState())))
  t.regex(workingMemoryHash(EMPTY_WORKING_MEMORY), /^[0-9a-f]{64}$/)
})

test('every part of a state is in its hash', (t) => {
  const state = someState()
  const [first, ...others] = state.items
  const [factor, ...factors] = state.factors
  const sums = Int16Array.from(factor!.sums, (sum, i) => (i === 255 ? sum + 1 : sum))
  const item = (change: Partial<typeof first>): WorkingMemory => ({
    ...state,
    items: [{ ...first!, ...change }, ...others],
  })
  const variants: WorkingMemory[] = [
    state,
    EMPTY_WORKING_MEMORY,
    { ...state, position: state.position + 1 },
    { ...state, items: others },
    { ...state, items: [...others, first!] },
    item({ memoryId: 'm9' }),
    item({ keyId: 'k9' }),
    item({ offset: 99 }),
    item({ importance: 499 }),
    item({ rehearsals: 2 }),
    item({ knownAt: 1 }),
    item({ priority: first!.priority + 2 ** -40 }),
    { ...state, factors },
    { ...state, factors: [{ ...factor!, sums }, ...factors] },
    { ...state, factors: [{ ...factor!, keyId: 'k9' }, ...factors] },
  ]
  t.is(new Set(variants.map(workingMemoryHash)).size, variants.length)
})
