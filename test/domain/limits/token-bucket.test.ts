import test from 'ava'
import fc from 'fast-check'
import { type Bucket, refillMs, takeToken } from '../../../domain/limits/token-bucket.ts'
import { startOfUtcDay } from '../../../domain/limits/utc-day.ts'
import { propertyRuns } from '../../support/property-runs.ts'

const rate = { perSecond: 10, burst: 3 }

test('a burst is granted at once, then as fast as the rate', (t) => {
  let bucket: Bucket | null = null
  const at = (now: number): boolean => {
    const take = takeToken(bucket, now, rate)
    bucket = take.bucket
    return take.granted
  }
  t.deepEqual([0, 0, 0, 0, 99, 100, 150, 200].map(at), [true, true, true, false, false, true, false, true])
})

test('a refusal says when the next request may come', (t) => {
  const { retryAfterMs, granted } = takeToken({ tokens: 0.25, at: 1000 }, 1000, rate)
  t.false(granted)
  t.is(retryAfterMs, 75)
  t.true(takeToken({ tokens: 0.25, at: 1000 }, 1075, rate).granted)
  t.false(takeToken({ tokens: 0.25, at: 1000 }, 1074, rate).granted)
})

test('a clock that is set back refills nothing, and takes nothing away', (t) => {
  const { bucket } = takeToken({ tokens: 2, at: 1000 }, 500, rate)
  t.deepEqual(bucket, { tokens: 1, at: 1000 })
})

test('in any stretch of time no more is granted than the burst and what the rate gives', (t) => {
  const gaps = fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 200 })
  fc.assert(
    fc.property(gaps, fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 20 }), (steps, perSecond, burst) => {
      let now = 0
      let bucket: Bucket | null = null
      const granted: number[] = []
      for (const step of steps) {
        now += step
        const take = takeToken(bucket, now, { perSecond, burst })
        bucket = take.bucket
        if (take.granted) granted.push(now)
      }
      for (const [i, from] of granted.entries()) {
        for (const [j, to] of granted.slice(i).entries()) {
          if (j + 1 > burst + ((to - from) * perSecond) / 1000 + 1e-6) return false
        }
      }
      return true
    }),
    { numRuns: propertyRuns(100) },
  )
  t.pass()
})

test('a bucket is full again when the rate has given what is missing', (t) => {
  t.is(refillMs(0, rate), 300)
  t.is(refillMs(3, rate), 0)
})

test('a UTC day begins at midnight', (t) => {
  t.is(startOfUtcDay(Date.UTC(2026, 1, 28, 23, 59, 59, 999)), Date.UTC(2026, 1, 28))
  t.is(startOfUtcDay(Date.UTC(2026, 2, 1)), Date.UTC(2026, 2, 1))
})
