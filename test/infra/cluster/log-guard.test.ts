import test from 'ava'
import type { NewRecord } from '../../../commands/ports/log-writer.ts'
import type { Checkpoint } from '../../../domain/checkpoint.ts'
import { LogGuard, type LogGuardDeps } from '../../../infra/cluster/log-guard.ts'
import { LogUnavailableError } from '../../../projections/ports/log-unavailable-error.ts'
import { createCommandCodec } from '../../../schemas/command-codec.ts'
import { remember } from '../../query-api/support/commands.ts'
import { eventually } from '../../support/eventually.ts'
import { InMemoryLog } from '../../support/in-memory-log.ts'

const scope = { tenant: 'acme', namespace: 'notes' }
const record: NewRecord = { partition: 0, key: Buffer.alloc(1), value: Buffer.alloc(1), headers: {}, timestamp: 0 }
const checkpointAt = (offset: number, lastCommandId: string | null): Checkpoint => ({
  foldVersion: 1,
  generation: 'a1',
  offset,
  lastCommandId,
  knownTime: 0,
})

/** A log of three commands, folded to its end. Each look that is finished is counted by its question for the brokers' failure. */
function guarded(parts: Partial<LogGuardDeps> = {}) {
  const log = new InMemoryLog()
  const commands = [1, 2, 3].map((n) => remember(n, `memory ${n}`))
  for (const command of commands) log.append(scope, command)
  const said: string[] = []
  const state = { looks: 0, appended: 0 }
  const guard = new LogGuard({
    log,
    codec: createCommandCodec(),
    checkpoint: async () => checkpointAt(2, commands[2]!.commandId),
    brokersFailure: () => {
      state.looks += 1
      return null
    },
    onQuarrel: (_partition, quarrel) => said.push(quarrel),
    onFatal: (error) => said.push(`fatal: ${error.message}`),
    lookEveryMs: 1,
    ...parts,
  })
  const writer = guard.guarding({
    async append(records) {
      state.appended += records.length
      return records.map((_, offset) => ({ status: 'appended', generation: 'a1', offset }))
    },
  })
  return { guard, log, writer, said, state }
}

const looked = (state: { readonly looks: number }, times: number) =>
  eventually(() => {
    if (state.looks < times) throw new Error(`only ${state.looks} looks`)
  })

test('over the log that long-term memory was folded from, everything is written', async (t) => {
  const { guard, writer, said, state } = guarded()
  guard.start()
  await looked(state, 30)
  t.is(guard.quarrel, null)
  t.like(await writer.append([record]), [{ status: 'appended' }])
  t.deepEqual(said, [])
  await guard.close()
})

test('a log that ends before what was folded is noticed, and nothing is written to it any more', async (t) => {
  const { guard, log, writer, said, state } = guarded()
  guard.start()
  await looked(state, 1)
  log.records.pop()
  await eventually(() => {
    if (guard.partitions < 12) throw new Error('not noticed')
  })
  t.regex(guard.quarrel ?? '', /^partition \d+: the state includes offset 2, and the log ends before 2/)
  t.is(said.length, 12, 'each partition is told once')
  const [result] = await writer.append([record])
  t.is(result?.status, 'not-written')
  t.is(state.appended, 0)
  log.append(scope, remember(4, 'the same length again'))
  t.like(await writer.append([record]), [{ status: 'not-written' }], 'what was found stands')
  await guard.close()
})

test('what is to be written before the first look waits for it, and is not written to a log that differs', async (t) => {
  const { guard, log, writer, state } = guarded({ lookEveryMs: 60_000 })
  log.records.pop()
  const early = writer.append([record])
  guard.start()
  t.like(await early, [{ status: 'not-written' }], 'one look is doubt enough')
  t.is(guard.quarrel, null, 'and not yet an alarm')
  t.is(state.appended, 0)
  await guard.close()
})

test('a log that holds another command where the fold ended is noticed', async (t) => {
  const { guard, log } = guarded()
  log.records.pop()
  log.append(scope, remember(9, 'another history'))
  guard.start()
  await eventually(() => {
    if (guard.quarrel === null) throw new Error('not noticed')
  })
  t.regex(guard.quarrel ?? '', /offset 2 holds command .*, the state was folded from/)
  await guard.close()
})

test('one look that differs is not believed: a new leader may not tell all yet', async (t) => {
  let first = true
  const { guard, said, state } = guarded({
    checkpoint: async () => {
      if (!first) return checkpointAt(2, null)
      first = false
      return checkpointAt(3, null)
    },
  })
  guard.start()
  await looked(state, 30)
  t.is(guard.quarrel, null)
  t.deepEqual(said, [])
  await guard.close()
})

test('parts that do not answer are no quarrel, and are asked again', async (t) => {
  let away = true
  const { guard, log, said } = guarded({
    checkpoint: async () => {
      if (away) throw new LogUnavailableError('away', null)
      return checkpointAt(2, null)
    },
  })
  log.records.pop()
  guard.start()
  t.is(guard.quarrel, null)
  away = false
  await eventually(() => {
    if (guard.quarrel === null) throw new Error('not noticed')
  })
  t.false(said.some((line) => line.startsWith('fatal')))
  await guard.close()
})

test('a bug ends the process, not the watch alone', async (t) => {
  const { guard, said } = guarded({
    checkpoint: async () => {
      throw new TypeError('no such thing')
    },
  })
  guard.start()
  await eventually(() => {
    if (said.length === 0) throw new Error('not told')
  })
  t.deepEqual(said, ['fatal: no such thing'])
  await guard.close()
})
