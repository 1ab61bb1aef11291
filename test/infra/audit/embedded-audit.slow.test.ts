import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import test from 'ava'
import { operation } from '../../support/audited-operation.ts'
import { identity, openEmbedded, rememberRequest, waiting } from '../../support/embedded.ts'
import { eventually } from '../../support/eventually.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'
import { everything } from './audited-folder.ts'

test('writes and operations stand in one audit, the latest first, and anchors are signed at the close', async (t) => {
  const dataDir = temporaryFolder(t)
  const embedded = await openEmbedded(t, dataDir)
  const { commandId } = await embedded.commands.remember(waiting(), rememberRequest('canary-content'))
  embedded.audit.record(operation({ at: Date.now() + 1 }))
  const items = await eventually(async () => {
    const page = await embedded.auditApi.page(identity, everything)
    if (page.items.length < 2) throw new Error('not chained yet')
    return page.items
  })
  t.deepEqual(
    items.map(({ topic, action, principal }) => [topic, action, principal]),
    [
      ['audit.operations', 'recall', 'tester'],
      ['memory.commands', 'remember', 'tester'],
    ],
  )
  t.is(items[0]?.operation?.results, 3)
  t.is(items[1]?.id, commandId)
  await embedded.close()
  const log = new DatabaseSync(join(dataDir, 'audit-log.db'), { readOnly: true })
  const anchors = [0, 1, 2].map((n) => Number(log.prepare(`select count(*) as n from events_${n}`).get()?.n))
  log.close()
  // Every partition of the log has its Genesis, and one of the operations has an entry.
  t.is(anchors[0]! + anchors[1]! + anchors[2]!, 13)
  t.deepEqual(
    readdirSync(dataDir).filter((name) => name.includes('spill')),
    [],
  )
})
