import { closeSync, openSync, readSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { openEmbedded, rememberRequest, waiting } from '../../support/embedded.ts'
import { eventually } from '../../support/eventually.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'

/** Flips one bit of a record's bytes, found by a part of its text. */
function flipBit(file: string, marker: string): void {
  const handle = openSync(file, 'r+')
  const bytes = Buffer.alloc(4 << 20)
  const length = readSync(handle, bytes, 0, bytes.length, 0)
  const at = bytes.subarray(0, length).indexOf(marker)
  if (at < 0) throw new Error(`${marker} is not in ${file}`)
  writeSync(handle, Buffer.of(bytes[at]! ^ 1), 0, 1, at)
  closeSync(handle)
}

test('a bit that flipped in the middle of the log is found in the background and shown by health', async (t) => {
  const dataDir = temporaryFolder(t)
  const first = await openEmbedded(t, dataDir)
  const receipts = []
  for (let n = 0; n < 100; n++) receipts.push(await first.commands.remember(waiting(), rememberRequest(`memory ${n}`)))
  await t.notThrowsAsync(first.probes.log(AbortSignal.timeout(1000)))
  await first.close()

  flipBit(join(dataDir, 'log.db'), receipts[20]!.commandId)
  const again = await openEmbedded(t, dataDir, Date.now, { integrityCheckDelayMs: 0 })
  let found = ''
  await eventually(async () => {
    await again.probes.log(AbortSignal.timeout(1000)).then(
      () => Promise.reject(new Error('nothing was found')),
      (error: Error) => {
        found = error.message
      },
    )
  })
  t.regex(found, /log\.db is damaged: .*offset/)
  t.regex(found, /backup/i)
})
