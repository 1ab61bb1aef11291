import test from 'ava'
import fc from 'fast-check'
import { murmur2, PARTITIONS, partitionKey, partitionOf, scopeOfKey } from '../../domain/partition.ts'

test('murmur2 gives the hashes of the Java client', (t) => {
  // The vectors of Kafka's own test (UtilsTest.testMurmur2), as signed 32-bit numbers.
  const vectors: ReadonlyArray<readonly [string, number]> = [
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['abc', 479470107],
  ]
  for (const [text, hash] of vectors) t.is(murmur2(Buffer.from(text)), hash, text)
})

test('a key tells its tenant and namespace, and no two scopes share one', (t) => {
  const name = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,20}$/)
  fc.assert(
    fc.property(name, name, (tenant, namespace) => {
      const key = partitionKey({ tenant, namespace })
      t.deepEqual(scopeOfKey(key), { tenant, namespace })
      const partition = partitionOf(key)
      t.true(partition >= 0 && partition < PARTITIONS)
    }),
  )
  t.notDeepEqual(partitionKey({ tenant: 'ab', namespace: 'c' }), partitionKey({ tenant: 'a', namespace: 'bc' }))
  t.is(scopeOfKey(Buffer.from('not a key')), null)
})
