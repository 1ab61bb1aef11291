import test from 'ava'
import fc from 'fast-check'
import { CLAIM_MS } from '../../../domain/limits/namespace-claims.ts'
import { createNamespaceLimit, type NamespaceLimit } from '../../../infra/limits/namespace-limit.ts'
import { propertyRuns } from '../../support/property-runs.ts'

/** Long-term memory that a test fills, and a clock that it moves. */
function limited(most: number) {
  const world = { now: 0, asked: 0, stored: new Set<string>(), down: false, faults: 0 }
  const process = (): NamespaceLimit =>
    createNamespaceLimit({
      most: () => most,
      now: () => world.now,
      onFault: () => {
        world.faults += 1
      },
      async stored() {
        world.asked += 1
        if (world.down) throw new Error('down')
        return new Set(world.stored)
      },
    })
  return { world, process }
}

const admitted = async (limit: NamespaceLimit, namespace: string): Promise<boolean> =>
  (await limit('acme', namespace)).admitted

test('one process lets in exactly as many as there may be, however they come', async (t) => {
  const names = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), { maxLength: 30 })
  const property = fc.asyncProperty(fc.integer({ min: 1, max: 5 }), names, async (most, asked) => {
    const { process } = limited(most)
    const limit = process()
    const answers = await Promise.all(asked.map((name) => admitted(limit, name)))
    const inside = new Set(asked.filter((_name, i) => answers[i]))
    t.is(inside.size, Math.min(most, new Set(asked).size))
    t.true(asked.every((name, i) => answers[i] === inside.has(name)))
  })
  await fc.assert(property, { numRuns: propertyRuns(100) })
})

test('a namespace that was let in is not refused because another one was, before it is stored', async (t) => {
  const { process } = limited(1)
  const limit = process()
  t.deepEqual(
    [await admitted(limit, 'a'), await admitted(limit, 'b'), await admitted(limit, 'a'), await admitted(limit, 'b')],
    [true, false, true, false],
  )
})

test('what another process let in counts once it is stored', async (t) => {
  const { world, process } = limited(2)
  const [one, other] = [process(), process()]
  t.true(await admitted(one, 'a'))
  t.true(await admitted(other, 'b'))
  // Neither is folded: the other process knows nothing of it, which is how far the limit can be exceeded.
  t.true(await admitted(one, 'c'))
  world.stored = new Set(['a', 'b', 'c'])
  t.false(await admitted(one, 'd'))
  t.false(await admitted(other, 'd'))
  t.true(await admitted(other, 'c'))
})

test('what was let in and never stored makes room after a while', async (t) => {
  const { world, process } = limited(1)
  const limit = process()
  t.true(await admitted(limit, 'a'))
  t.false(await admitted(limit, 'b'))
  world.now += CLAIM_MS
  t.true(await admitted(limit, 'b'))
})

test('a tenant at its limit costs long-term memory a question a second, and one that writes where it wrote none', async (t) => {
  const { world, process } = limited(1)
  world.stored = new Set(['a'])
  const limit = process()
  t.true(await admitted(limit, 'a'))
  for (let i = 0; i < 100; i++) t.false(await admitted(limit, `other-${i}`))
  for (let i = 0; i < 100; i++) t.true(await admitted(limit, 'a'))
  t.is(world.asked, 2)
  world.now += 1_000
  t.false(await admitted(limit, 'b'))
  t.is(world.asked, 3)
})

test('while long-term memory does not answer, writes go on, and it is told', async (t) => {
  const { world, process } = limited(1)
  world.down = true
  const limit = process()
  for (const name of ['a', 'b', 'c']) t.true(await admitted(limit, name))
  t.is(world.faults, 3)
})
