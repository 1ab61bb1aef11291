import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { defaultErasureSettings } from '../../../infra/erasure/erasure-settings.ts'
import { caller, identity, openEmbedded, rememberRequest, type TestEmbedded, waiting } from '../../support/embedded.ts'
import { eventually } from '../../support/eventually.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'
import { call } from '../http/support/call.ts'
import { startEdge } from '../http/support/start-edge.ts'

const signingKey = `${'03'.repeat(31)}04`

test('a receipt verifies behind an exchange of the signing key, while the key of before is published', async (t) => {
  const folder = temporaryFolder(t)
  const [receiptFile, keysFile, ownCopy] = [
    join(folder, 'receipt.json'),
    join(folder, 'keys.json'),
    join(folder, 'pem'),
  ]
  const verified = async ({ erasure }: TestEmbedded, ...more: readonly string[]) => {
    const { url } = await startEdge(t, { erasure })
    writeFileSync(keysFile, (await call(`${url}/receipts/key`)).text)
    const files = [receiptFile, keysFile, ...more]
    return spawnSync(process.execPath, ['scripts/verify-receipt.mjs', ...files], { encoding: 'utf8' })
  }

  const first = await openEmbedded(t, folder)
  await first.commands.remember(waiting(), rememberRequest('hello', { userId: 'ada', subject: 'ada' }))
  const { receiptId } = await first.erasure.eraser.erase(caller(), { namespace: null, subject: 'ada' })
  const receipt = await eventually(async () => {
    const state = await first.erasure.subjects.receipt(identity, receiptId)
    if (state.status === 'pending') throw new Error('still pending')
    return state.receipt
  })
  writeFileSync(receiptFile, JSON.stringify(receipt))
  const before = await first.erasure.keys.receiptKey()
  t.regex((await verified(first)).stdout, /^valid: /)
  await first.close()

  const exchanged = await openEmbedded(t, folder, Date.now, { signingKey })
  const unknown = await verified(exchanged)
  t.is(unknown.status, 1)
  t.true(unknown.stderr.includes(`signed with the key ${before.keyId}`), unknown.stderr)
  writeFileSync(ownCopy, before.publicKeyPem)
  t.regex((await verified(exchanged, ownCopy)).stdout, /^valid: /, 'whoever kept the public key needs nobody')
  await exchanged.close()

  const erasure = { ...defaultErasureSettings, previousPublicKeys: [before.publicKeyPem] }
  const published = await openEmbedded(t, folder, Date.now, { signingKey, erasure })
  t.regex((await verified(published)).stdout, /^valid: /)
  writeFileSync(receiptFile, JSON.stringify({ ...receipt, memories: 2 }))
  t.is((await verified(published)).status, 1, 'more keys let no altered receipt through')
})
