import test from 'ava'
import { Registry } from 'prom-client'
import { createPipelineMetrics } from '../../../infra/telemetry/pipeline-metrics.ts'

test('a fold is compared with the head of the log, in records and in seconds', async (t) => {
  const registry = new Registry()
  let now = 1_000_000
  const pipeline = createPipelineMetrics(
    registry,
    (partition) => (partition === 3 ? 10 : 4),
    () => now,
  )
  pipeline.projection('long-term').follow({
    position: (partition) => (partition === 5 ? null : { offset: 4, knownTime: now - 2_500 }),
    halted: () => 2,
  })
  await registry.metrics()
  now += 1_500
  const text = await registry.metrics()
  const has = (line: string) => t.true(text.includes(`${line}\n`), line)
  has('somabrain_log_head_offset{partition="3"} 10')
  has('somabrain_projection_offset{projection="long-term",partition="3"} 4')
  has('somabrain_consumer_lag{projection="long-term",partition="3"} 6')
  has('somabrain_consumer_lag_seconds{projection="long-term",partition="3"} 1.5')
  has('somabrain_consumer_lag{projection="long-term",partition="4"} 0')
  has('somabrain_consumer_lag_seconds{projection="long-term",partition="4"} 0')
  has('somabrain_projection_halted_partitions{projection="long-term"} 2')
  t.false(text.includes('projection="long-term",partition="5"'), 'a partition that is folded elsewhere')
})

test('a partition that is folded elsewhere from now on is no longer reported', async (t) => {
  const registry = new Registry()
  const pipeline = createPipelineMetrics(
    registry,
    () => 4,
    () => 0,
  )
  let mine = true
  pipeline.projection('x').follow({ position: () => (mine ? { offset: 1, knownTime: 0 } : null), halted: () => 0 })
  t.regex(await registry.metrics(), /somabrain_consumer_lag\{projection="x"/)
  mine = false
  t.notRegex(await registry.metrics(), /somabrain_consumer_lag\{projection="x"/)
})

test('a fold has one name: where this process folds it, it says where it stands, and elsewhere its store does', async (t) => {
  const registry = new Registry()
  const pipeline = createPipelineMetrics(
    registry,
    () => 9,
    () => 0,
  )
  let live = 1
  pipeline.followStore('long-term', () => `long-term-${live}`, {
    position: () => ({ offset: 5, knownTime: 0 }),
    halted: () => 0,
  })
  pipeline.projection('long-term-1').follow({
    position: (partition) => (partition === 3 ? { offset: 6, knownTime: 0 } : null),
    halted: () => 1,
  })
  const text = await registry.metrics()
  t.true(text.includes('somabrain_projection_offset{projection="long-term-1",partition="3"} 6\n'))
  t.true(text.includes('somabrain_projection_offset{projection="long-term-1",partition="4"} 5\n'))
  t.true(text.includes('somabrain_projection_halted_partitions{projection="long-term-1"} 1\n'))
  live = 2
  t.true((await registry.metrics()).includes('somabrain_projection_offset{projection="long-term-2",partition="3"} 5\n'))
})

test('a followed fold that is behind is found by how long it has not moved; a build that is made beside it is not', (t) => {
  let [now, offset] = [0, 5]
  const pipeline = createPipelineMetrics(
    new Registry(),
    (partition) => (partition === 3 ? 9 : 5),
    () => now,
  )
  const fold = { position: () => ({ offset, knownTime: 0 }), halted: () => 0 }
  pipeline.followStore('long-term', () => 'long-term-1', fold)
  pipeline.projection('long-term-2').follow({ position: () => ({ offset: 0, knownTime: 0 }), halted: () => 0 })
  t.is(pipeline.standing(), null)
  now = 7_000
  t.deepEqual(pipeline.standing(), { projection: 'long-term-1', partition: 3, forMs: 7_000 })
  offset = 6
  t.is(pipeline.standing(), null, 'it moved')
  now = 8_000
  t.is(pipeline.standing()?.forMs, 1_000)
  offset = 9
  t.is(pipeline.standing(), null)
})

test('batches are counted by size, time and commit, and those that did not move by why', async (t) => {
  const registry = new Registry()
  const metrics = createPipelineMetrics(
    registry,
    () => 0,
    () => 0,
  ).projection('long-term')
  metrics.batch({ partition: 0, outcome: 'moved', records: 20, foldMs: 40, commitMs: 20 })
  metrics.batch({ partition: 0, outcome: 'already-applied', records: 20, foldMs: 1, commitMs: 0 })
  const text = await registry.metrics()
  t.true(text.includes('somabrain_projection_batch_records_sum{projection="long-term"} 40\n'))
  t.true(text.includes('somabrain_projection_fold_seconds_count{projection="long-term"} 2\n'))
  t.true(text.includes('somabrain_projection_commit_seconds_count{projection="long-term"} 1\n'))
  t.true(
    text.includes('somabrain_projection_refused_moves_total{projection="long-term",outcome="already-applied"} 1\n'),
  )
})

test('a rebuild is reported until its build is live or gone', async (t) => {
  const registry = new Registry()
  const pipeline = createPipelineMetrics(
    registry,
    () => 0,
    () => 0,
  )
  pipeline.rebuilds(new Map([[2, 0.25]]))
  t.true((await registry.metrics()).includes('somabrain_rebuild_progress_ratio{build="2"} 0.25\n'))
  pipeline.rebuilds(new Map())
  t.false((await registry.metrics()).includes('somabrain_rebuild_progress_ratio{'))
})

test('dead letters of a fold are counted from its beginning, so that the first one shows in an increase', async (t) => {
  const registry = new Registry()
  const pipeline = createPipelineMetrics(
    registry,
    () => 0,
    () => 0,
  )
  const fold = pipeline.projection('x')
  t.true((await registry.metrics()).includes('somabrain_dead_letters_total{projection="x"} 0\n'))
  fold.deadLetters(2)
  pipeline.projection('x')
  t.true((await registry.metrics()).includes('somabrain_dead_letters_total{projection="x"} 2\n'))
})
