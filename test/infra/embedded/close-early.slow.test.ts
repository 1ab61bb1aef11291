import test from 'ava'
import { openEmbedded, rememberRequest, waiting } from '../../support/embedded.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'

test('a server that is closed before its threads have begun with every partition ends in peace', async (t) => {
  const dataDir = temporaryFolder(t)
  const filled = await openEmbedded(t, dataDir)
  // In nearly every partition, so that there is something to read of each when a thread begins with it.
  const items = Array.from({ length: 40 }, (_, i) => ({
    request: rememberRequest(`memory ${i}`, { namespace: `namespace-${i}` }),
    idempotencyKey: null,
  }))
  await filled.commands.rememberMany(waiting(), items)
  await filled.close()
  for (let time = 0; time < 10; time += 1) {
    const embedded = await openEmbedded(t, dataDir)
    await t.notThrowsAsync(embedded.close())
  }
})
