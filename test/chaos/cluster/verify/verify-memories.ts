import { get } from '../../../support/http-client.ts'
import { storedMemories } from '../../../support/invariants.ts'
import type { Chaos } from '../chaos.ts'
import type { Remembered } from '../ledger.ts'
import { namespaces } from '../workload.ts'

/** What is stored is what was acknowledged: each memory once, with its content, and nothing that was refused. */
export async function verifyMemories(chaos: Chaos): Promise<void> {
  const { cluster, ledger, report } = chaos
  const [first, second] = cluster.of('query')
  const unknown = contentsOf(chaos, 'open')
  const refused = new Set([...contentsOf(chaos, 'refused'), ...contentsOf(chaos, 'given-up'), ...neverStored(chaos)])
  let listed = 0
  for (const [i, namespace] of namespaces.entries()) {
    const stored = await storedMemories((i % 2 === 0 ? first! : second!).url, namespace)
    listed += stored.size
    const expected = ledger.memories.filter((memory) => memory.namespace === namespace)
    for (const memory of expected) {
      const wrong = faultOf(memory, stored.get(memory.memoryId))
      if (wrong !== null) report.violated(`${memory.memoryId} in ${namespace} ${wrong}`)
    }
    const known = new Set(expected.map(({ memoryId }) => memoryId))
    for (const [memoryId, contents] of stored) {
      if (known.has(memoryId)) continue
      for (const content of contents) {
        if (refused.has(content)) report.violated(`${memoryId} in ${namespace} is stored, and was refused: ${content}`)
        else if (!unknown.has(content)) report.violated(`nobody asked for ${memoryId} in ${namespace}: ${content}`)
      }
    }
  }
  report.figure('memories that stand', String(listed))
  await verifyCounts(chaos, unknown.size)
}

function faultOf(memory: Remembered, contents: readonly string[] | undefined): string | null {
  if (memory.uncertain) return null
  const stands = !memory.retired && !memory.superseded
  if (!stands) return contents === undefined ? null : 'was forgotten or corrected, and is listed'
  if (contents === undefined) return `was acknowledged at ${memory.position}, and is lost`
  if (contents.length > 1) return `is stored ${contents.length} times`
  return contents[0] === memory.content ? null : `has another content: ${contents[0]}`
}

const contentsOf = ({ ledger }: Chaos, state: 'open' | 'refused' | 'given-up'): ReadonlySet<string> =>
  new Set(ledger.entries.filter((one) => one.state === state).flatMap(({ command }) => command.memory?.content ?? []))

/** Acknowledged by the log, and then refused by the fold. */
const neverStored = ({ ledger }: Chaos): readonly string[] =>
  ledger.entries
    .filter(({ command }) => command.expected.outcome !== 'stored')
    .flatMap(({ command }) => command.memory?.content ?? [])

/** `unknown`: memories of which nobody knows whether they are stored. */
async function verifyCounts({ cluster, ledger, report }: Chaos, unknown: number): Promise<void> {
  for (const { url, name } of cluster.of('query')) {
    const { body } = await get(`${url}/namespaces`)
    const items = body.items as ReadonlyArray<{ namespace: string; memories: number; retired: number }>
    for (const namespace of namespaces) {
      const own = ledger.memories.filter((memory) => memory.namespace === namespace)
      const live = own.filter(({ retired, superseded }) => !retired && !superseded).length
      const told = items.find((item) => item.namespace === namespace) ?? { memories: 0, retired: 0 }
      const doubt = unknown + own.filter(({ uncertain }) => uncertain).length
      const isRight =
        Math.abs(told.memories - live) <= doubt && Math.abs(told.memories + told.retired - own.length) <= doubt
      if (isRight) continue
      const counts = `${told.memories} memories and ${told.retired} retired`
      report.violated(`${name} counts ${counts} in ${namespace}, and there are ${live} of ${own.length}`)
    }
  }
}
