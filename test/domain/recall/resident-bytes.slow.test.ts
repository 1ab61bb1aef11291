import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import test from 'ava'
import { RecallIndex } from '../../../domain/recall/recall-index.ts'
import { RecallCorpus } from '../../bench/recall-corpus.ts'

const MEMORIES = 20_000

test('an index takes as much memory as it says, within a fifth', (t) => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const used = (): number => {
    collect()
    collect()
    const { heapUsed, arrayBuffers } = process.memoryUsage()
    return heapUsed + arrayBuffers
  }
  const corpus = new RecallCorpus(5)
  const before = used()
  const index = new RecallIndex()
  for (let n = 0; n < MEMORIES; n += 1) index.add(corpus.memory(n))
  const ratio = index.bytes() / (used() - before)
  t.is(index.size, MEMORIES)
  t.true(ratio > 0.8 && ratio < 1.2, `says ${index.bytes()} bytes, ${ratio.toFixed(2)} of what it takes`)
})
