import test from 'ava'
import type { JsonObject } from '../../../domain/json.ts'
import { stepCost } from '../../../domain/plan/step-cost.ts'

test('the cost of a step is metadata.cost when that is a number of at least 0, else 1', (t) => {
  t.is(stepCost({ cost: 2.5 }), 2.5)
  t.is(stepCost({ cost: 0 }), 0)
  const without: readonly JsonObject[] = [
    {},
    { cost: -1 },
    { cost: '3' },
    { cost: null },
    { cost: Number.POSITIVE_INFINITY },
  ]
  for (const metadata of without) {
    t.is(stepCost(metadata), 1)
  }
})
