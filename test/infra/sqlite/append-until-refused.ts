import { setImmediate } from 'node:timers/promises'
import { newRecord } from '../../contract/log-adapter.ts'
import { openStores } from './temporary-stores.ts'

// Child process of failing-write.test.ts: appends until something else than `appended` comes, then twice more, prints
// the status of each append as one line of JSON, and closes in order.
const folder = process.argv[2]
if (folder === undefined) throw new Error('usage: append-until-refused.ts <folder>')

const stores = await openStores(folder)
const statuses: string[] = []
let refusals = 0
while (refusals < 3) {
  const records = Array.from({ length: 20 }, (_, i) => newRecord(0, `${statuses.length}-${i} ${'x'.repeat(1_400)}`))
  const results = await stores.logWriter.append(records)
  const status = [...new Set(results.map((result) => result.status))].join('+')
  // While the thread is being restarted nothing is sent: such an append is simply tried again.
  if (refusals > 0 && status === 'not-written') {
    await setImmediate()
    continue
  }
  statuses.push(status)
  if (status !== 'appended') refusals++
}
console.log(JSON.stringify(statuses))
await stores.close()
