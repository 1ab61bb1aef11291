import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import test from 'ava'
import type { Identity } from '../../../domain/identity.ts'
import { caller, identity, openEmbedded, recallRequest, rememberRequest, waiting } from '../../support/embedded.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'

/** Where a fold stands, what no fold could read, and which fold it is: of no tenant. */
const OF_NO_TENANT = ['checkpoints', 'dead_letters', 'fold']

const of = (tenant: string): Identity => ({ ...identity, tenant })

test('every table of the embedded store has a tenant in its rows, by the number of a scope', async (t) => {
  const folder = temporaryFolder(t)
  await (await openEmbedded(t, folder)).close()
  const state = new DatabaseSync(join(folder, 'state.db'), { readOnly: true })
  t.teardown(() => state.close())
  const tables = state.prepare(`select name from sqlite_schema where type = 'table' and name not like 'sqlite%'`).all()
  t.true(tables.length > OF_NO_TENANT.length)
  for (const { name } of tables) {
    const columns = state
      .prepare(`select name from pragma_table_info(?)`)
      .all(String(name))
      .map((column) => column.name)
    const hasTenant = columns.includes('tenant') || columns.includes('scope')
    t.is(hasTenant, !OF_NO_TENANT.includes(String(name)), String(name))
  }
})

test('rows that are moved to another tenant in the store open for nobody: their seal names their tenant', async (t) => {
  const folder = temporaryFolder(t)
  const first = await openEmbedded(t, folder)
  const canary = 'the canary of acme'
  const { memoryId } = await first.commands.remember(waiting({ identity: of('acme') }), rememberRequest(canary))
  await first.commands.remember(waiting({ identity: of('bolt') }), rememberRequest('of bolt itself'))
  await first.close()

  const state = new DatabaseSync(join(folder, 'state.db'))
  const scope = (tenant: string) =>
    state.prepare('select scope from scopes where tenant = ?').get(tenant)?.scope as number
  const moved = state.prepare('update memories set scope = ? where scope = ?').run(scope('bolt'), scope('acme'))
  t.is(moved.changes, 1)
  state.close()

  const { query, commands } = await openEmbedded(t, folder)
  const thief = of('bolt')
  const asks = [
    () => query.memory(thief, memoryId!),
    () => query.history(thief, memoryId!),
    () => query.recall(thief, recallRequest('canary of acme')),
    () => query.list(thief, { namespace: 'default', filter: null, limit: 10, cursor: null, after: null }),
    () => query.episodes(thief, { namespace: 'default', filter: null, limit: 10, cursor: null, after: null }),
    () => query.workingMemory(thief, 'default'),
    () =>
      commands.forget(caller({ identity: thief }), { namespace: null, what: { memoryId: memoryId! }, dryRun: true }),
  ]
  for (const ask of asks) {
    const told = await ask().then(
      (answer) => JSON.stringify(answer),
      (error: Error) => `${error.message} ${error.stack} ${JSON.stringify(error)}`,
    )
    t.false(told.includes('canary of acme'), told.slice(0, 500))
  }
  // It is not that nothing is found: it cannot be opened.
  await t.throwsAsync(query.memory(thief, memoryId!))
})
