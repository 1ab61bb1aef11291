import assert from 'node:assert/strict'
import { setImmediate as nextTurn } from 'node:timers/promises'
import test from 'ava'
import fc from 'fast-check'
import { FairGate, type Turn } from '../../../infra/http/fair-gate.ts'
import { eventually } from '../../support/eventually.ts'
import { propertyRuns } from '../../support/property-runs.ts'

/** Enters tenants one after the other and notes whose turn comes. */
function scene(maxActive: number, perTenant: number, holdMs = 60_000) {
  const gate = new FairGate(maxActive, perTenant, holdMs)
  const served: string[] = []
  const turns = new Map<string, Turn>()
  const enter = (name: string, tenant = name[0]!): Turn => {
    const turn = gate.enter(tenant)
    turns.set(name, turn)
    void turn.ready.then(() => served.push(name))
    return turn
  }
  const leave = async (name: string): Promise<void> => {
    turns.get(name)!.leave()
    await nextTurn()
  }
  return { served, enter, leave }
}

test('a neighbour waits for one request, however long the queue of another is', async (t) => {
  const { served, enter, leave } = scene(1, 1)
  for (const name of ['a1', 'a2', 'a3', 'a4', 'b1']) enter(name)
  await nextTurn()
  t.deepEqual(served, ['a1'])
  await leave('a1')
  t.deepEqual(served, ['a1', 'b1'])
  await leave('b1')
  await leave('a2')
  t.deepEqual(served, ['a1', 'b1', 'a2', 'a3'])
})

test('one tenant never holds all places', async (t) => {
  const { served, enter, leave } = scene(3, 2)
  for (const name of ['a1', 'a2', 'a3']) enter(name)
  await nextTurn()
  t.deepEqual(served, ['a1', 'a2'])
  enter('b1')
  await nextTurn()
  t.deepEqual(served, ['a1', 'a2', 'b1'])
  await leave('a1')
  t.deepEqual(served, ['a1', 'a2', 'b1', 'a3'])
})

test('who gives up waiting is passed over, and what is given back twice counts once', async (t) => {
  const { served, enter, leave } = scene(1, 1)
  for (const name of ['a1', 'b1', 'c1', 'd1']) enter(name)
  await leave('b1')
  await leave('a1')
  await leave('a1')
  t.deepEqual(served, ['a1', 'c1'])
})

test('who holds a place for long makes room for others, and gives nothing back a second time', async (t) => {
  const { served, enter, leave } = scene(1, 1, 1)
  // The gate's own timers keep no process alive.
  const areServed = (names: readonly string[]) => eventually(() => assert.deepEqual(served, names))
  enter('a1')
  enter('b1')
  await areServed(['a1', 'b1'])
  await leave('a1')
  enter('c1')
  await t.notThrowsAsync(areServed(['a1', 'b1', 'c1']))
})

test('whatever comes and goes, the bounds hold and nobody waits for nothing', async (t) => {
  const steps = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.boolean(), fc.nat(20)), { maxLength: 60 })
  await fc.assert(
    fc.asyncProperty(steps, fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }), async (all, most, own) => {
      const gate = new FairGate(most, own, 60_000)
      const here: Array<{ tenant: string; turn: Turn; active: boolean }> = []
      for (const [tenant, comes, which] of all) {
        if (comes) {
          const one = { tenant, turn: gate.enter(tenant), active: false }
          here.push(one)
          void one.turn.ready.then(() => {
            one.active = true
          })
        } else here.splice(which % Math.max(1, here.length), 1)[0]?.turn.leave()
        await null
        const active = here.filter((one) => one.active)
        const of = (name: string) => active.filter((one) => one.tenant === name).length
        t.true(active.length <= most && ['a', 'b', 'c'].every((name) => of(name) <= own))
        const couldBe = here.some((one) => !one.active && of(one.tenant) < own)
        t.false(couldBe && active.length < most)
      }
    }),
    { numRuns: propertyRuns(100) },
  )
})
