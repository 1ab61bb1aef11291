import test from 'ava'
import { GatheredPartitions } from '../../../infra/audit/embedded/gathered-partitions.ts'
import { eventually } from '../../support/eventually.ts'

test('partitions that grow within a while are told together, each once', async (t) => {
  const told: Array<readonly number[]> = []
  const gathered = new GatheredPartitions(5, (partitions) => told.push(partitions))
  for (const partitions of [[3], [1, 3], [1]]) gathered.add(partitions)
  t.deepEqual(told, [])
  await eventually(() => {
    if (told.length === 0) throw new Error('nothing was told')
  })
  t.deepEqual(told, [[3, 1]])
  gathered.add([2])
  await eventually(() => {
    if (told.length === 1) throw new Error('what grew later was not told')
  })
  t.deepEqual(told, [[3, 1], [2]])
})

test('what is left when it closes is told at once, and nothing after that', (t) => {
  const told: Array<readonly number[]> = []
  const gathered = new GatheredPartitions(60_000, (partitions) => told.push(partitions))
  gathered.add([7])
  gathered.close()
  gathered.close()
  t.deepEqual(told, [[7]])
})
