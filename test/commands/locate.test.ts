import test from 'ava'
import { locate } from '../../commands/locate.ts'
import type { MemoryRow } from '../../domain/memory.ts'
import { ProblemError } from '../../domain/problem.ts'
import { identity } from '../support/embedded.ts'

const MEMORY_ID = '0190f1de-0000-8000-8000-000000000001'

/** Long-term memory that holds nothing yet, and has folded the log to its end or not. */
const emptyStore = (isCaughtUp: boolean) => ({
  memories: { memory: async () => null },
  progress: { generationOf: () => null, latestHead: async () => 7, waitForFold: async () => isCaughtUp },
})

const codeOf = async (located: Promise<unknown>): Promise<string> => {
  try {
    return JSON.stringify(await located)
  } catch (error) {
    if (error instanceof ProblemError) return error.problem.code
    throw error
  }
}

test('a memory that was accepted and is not folded yet is not unknown: the fold decides about a command that names its namespace', async (t) => {
  t.deepEqual(await locate(emptyStore(false), { identity }, 'app', MEMORY_ID), { tenant: 'default', namespace: 'app' })
})

test('without a namespace, a memory that may not be folded yet is to be asked for again', async (t) => {
  t.is(await codeOf(locate(emptyStore(false), { identity }, null, MEMORY_ID)), 'store_unavailable')
})

test('once everything is folded, a memory that is nowhere is unknown', async (t) => {
  t.is(await codeOf(locate(emptyStore(true), { identity }, 'app', MEMORY_ID)), 'memory_not_found')
  t.is(await codeOf(locate(emptyStore(true), { identity }, null, MEMORY_ID)), 'memory_not_found')
})

test('a memory in a namespace that a policy denies is unknown, and a namespace that was named is not asked about again', async (t) => {
  const row = { tenant: 'default', namespace: 'app' } as MemoryRow
  const deps = { ...emptyStore(true), memories: { memory: async () => row } }
  const asked: string[] = []
  const reach = async (namespace: string): Promise<boolean> => {
    asked.push(namespace)
    return false
  }
  t.is(await codeOf(locate(deps, { identity, reach }, null, MEMORY_ID)), 'memory_not_found')
  t.deepEqual(asked, ['app'])
  t.deepEqual(await locate(deps, { identity, reach }, 'app', MEMORY_ID), row)
  t.deepEqual(asked, ['app'])
})
