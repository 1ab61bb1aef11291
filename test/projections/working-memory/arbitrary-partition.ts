import fc from 'fast-check'
import { type Scope, scopeKey } from '../../../domain/names.ts'
import { keyIdOf, NEIGHBOUR, SCOPE } from '../../contract/working-memory-states.ts'
import { contentOf, type Happening, happening } from '../../domain/working-memory/arbitrary-story.ts'
import type { FoldedWorld } from './folded-world.ts'

/** Something that happens to one of the two namespaces of a partition. */
export interface Written {
  readonly neighbour: boolean
  readonly happening: Happening
}

/** Records that a partition may get. */
export const written: fc.Arbitrary<Written> = fc.record({
  neighbour: fc.nat({ max: 3 }).map((n) => n === 0),
  happening,
})

export function write(world: FoldedWorld, { neighbour, happening }: Written): void {
  const [scope, other] = neighbour ? [NEIGHBOUR, SCOPE] : [SCOPE, NEIGHBOUR]
  const memoryIds = world.written.get(scopeKey(scope)) ?? []
  const meant = (number: number): string => memoryIds.at(-1 - (number % (memoryIds.length + 1))) ?? UNKNOWN
  switch (happening.do) {
    case 'remember': {
      const { importance, key, text } = happening
      world.remember(scope, { content: contentOf(text), importance, keyId: keyIdOf(`k${key}`) })
      return
    }
    case 'correct': {
      const { importance, text, which } = happening
      world.remember(scope, { content: contentOf(text), importance, supersedes: meant(which) })
      return
    }
    case 'forget':
      world.change(scope, { type: 'Forget', memoryIds: happening.which.map(meant) })
      return
    case 'restore':
      world.change(scope, { type: 'Restore', memoryIds: happening.which.map(meant) })
      return
    case 'reinforce':
      for (let i = 0; i < happening.times; i++) {
        world.change(scope, { type: 'Reinforce', memoryId: meant(happening.which), useful: happening.useful })
      }
      return
    case 'repeat':
      world.repeat(happening.which)
      return
    case 'skip':
      skip(world, other, happening.count)
      return
    case 'erase':
      // The mark of the key comes behind the record; that a fold goes by the mark too is tried by itself.
      world.change(scope, { type: 'Erase', receiptId: UNKNOWN, keyIds: [keyIdOf(`k${happening.key}`)], parts: [] })
      return
  }
}

const UNKNOWN = '00000000-0000-8000-8000-000000000000'

/** Records that leave a namespace's working memory as it is: some of a neighbour, some that nobody can read. */
function skip(world: FoldedWorld, scope: Scope, count: number): void {
  for (let i = 0; i < count; i++) {
    if (i % 3 === 0) world.appendBytes(scope, Buffer.from('no frame'))
    else world.change(scope, { type: 'ConfigureNamespace', language: null, profile: 'notes' })
  }
}
