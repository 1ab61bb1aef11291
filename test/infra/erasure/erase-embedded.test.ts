import test from 'ava'
import { canonicalJson } from '../../../commands/canonical-json.ts'
import type { EraseRequest } from '../../../commands/requests/erase-request.ts'
import {
  caller,
  identity,
  openEmbedded,
  recallRequest,
  rememberRequest,
  type TestEmbedded,
  waiting,
} from '../../support/embedded.ts'
import { eventually } from '../../support/eventually.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'

const ada = { userId: 'ada', subject: 'ada' }
const bob = { userId: 'bob', subject: 'bob' }

async function erased(embedded: TestEmbedded, request: EraseRequest) {
  const { receiptId } = await embedded.erasure.eraser.erase(caller(), request)
  return eventually(async () => {
    const state = await embedded.erasure.subjects.receipt(identity, receiptId)
    if (state.status === 'pending') throw new Error('still pending')
    return state.receipt
  })
}

test('an erasure takes the memories of one subject and leaves those of others', async (t) => {
  const embedded = await openEmbedded(t, temporaryFolder(t))
  const mine = await embedded.commands.remember(waiting(), rememberRequest('ada keeps bees', ada))
  const other = await embedded.commands.remember(waiting(), rememberRequest('bob keeps hens', bob))
  const receipt = await erased(embedded, { namespace: 'default', subject: 'ada' })
  t.is(receipt.memories, 1)
  await t.throwsAsync(embedded.query.memory(identity, mine.memoryId!), { message: /memory_not_found|No memory/ })
  t.is((await embedded.query.memory(identity, other.memoryId!)).content, 'bob keeps hens')
  const { results } = await embedded.query.recall(identity, recallRequest('who keeps bees'))
  t.deepEqual(
    results.map(({ content }) => content),
    ['bob keeps hens'],
  )
  t.false(canonicalJson(receipt).includes('ada'), 'the receipt does not say whose it was')
})
