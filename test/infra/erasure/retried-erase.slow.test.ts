import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import test, { type ExecutionContext } from 'ava'
import { caller, identity, openEmbedded, rememberRequest, waiting } from '../../support/embedded.ts'
import { eventually } from '../../support/eventually.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'

const zoe = { userId: 'zoe', subject: 'zoe' }
const here = { namespace: 'default', subject: 'zoe' }

/** Long-term memory takes nothing in until the answer is called, as behind a slow disk. */
function stallFold(t: ExecutionContext, folder: string): () => void {
  // The fold may be in the middle of a move.
  const database = new DatabaseSync(join(folder, 'state.db'), { timeout: 10_000 })
  t.teardown(() => database.close())
  database.exec('begin immediate')
  return () => database.exec('rollback')
}

test.serial(
  'an erasure that is retried before it is folded leaves what was accepted between the attempts',
  async (t) => {
    const folder = temporaryFolder(t)
    const embedded = await openEmbedded(t, folder)
    const before = await embedded.commands.remember(waiting(), rememberRequest('before the erasure', zoe))
    const goOn = stallFold(t, folder)
    const keyed = caller({ idempotencyKey: 'forget-zoe' })
    const first = await embedded.erasure.eraser.erase(keyed, here)
    const between = await embedded.commands.remember(caller(), rememberRequest('after the erasure', zoe))
    const second = await embedded.erasure.eraser.erase(keyed, here)
    const after = await embedded.commands.remember(caller(), rememberRequest('after the retry', zoe))
    goOn()

    t.is(second.receiptId, first.receiptId)
    const { receipt } = await eventually(async () => {
      const state = await embedded.erasure.subjects.receipt(identity, first.receiptId)
      if (state.status === 'pending') throw new Error('still pending')
      return state
    }, 60_000)
    for (const { commandId, memoryId } of [between, after]) {
      const { status } = await eventually(() => embedded.query.command(identity, commandId))
      t.is(status, 'stored')
      await t.notThrowsAsync(embedded.query.memory(identity, memoryId!))
    }
    await t.throwsAsync(embedded.query.memory(identity, before.memoryId!), { message: /memory_not_found/ })
    t.like(receipt, { memories: 1 })
    const lines = readFileSync(join(folder, 'erasures.ledger'), 'utf8').trim().split('\n')
    t.deepEqual(
      lines.map((line) => JSON.parse(line).namespaces[0].keyIds),
      [(receipt.namespaces as Array<{ destroyed_keys: string[] }>)[0]!.destroyed_keys],
      'the ledger names no key that the receipt does not name',
    )
    const third = await embedded.erasure.eraser.erase(keyed, here)
    t.deepEqual([third.replayed, third.acceptedAt], [true, first.acceptedAt])
  },
)

test.serial(
  'an erasure of all namespaces under a key of the client is refused while it cannot be told from a retry',
  async (t) => {
    const folder = temporaryFolder(t)
    const embedded = await openEmbedded(t, folder)
    await embedded.commands.remember(waiting(), rememberRequest('before the erasure', zoe))
    const goOn = stallFold(t, folder)
    await embedded.commands.remember(caller(), rememberRequest('not folded yet', { ...zoe, namespace: 'default' }))
    const keyed = caller({ idempotencyKey: 'forget-zoe' })
    const refused = embedded.erasure.eraser.erase(keyed, { ...here, namespace: null })
    t.like(await t.throwsAsync(refused), { problem: { code: 'store_unavailable' } })
    goOn()
    await t.notThrowsAsync(embedded.erasure.eraser.erase(keyed, { ...here, namespace: null }))
  },
)
