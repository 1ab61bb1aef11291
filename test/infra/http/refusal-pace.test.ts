import { mock } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import test, { type ExecutionContext } from 'ava'
import { RefusalPace } from '../../../infra/http/refusal-pace.ts'

/** A pace under a clock that the test turns; `answered` counts refusals that went out. */
function paced(t: ExecutionContext) {
  mock.timers.enable({ apis: ['setTimeout'] })
  t.teardown(() => mock.timers.reset())
  const closing = new AbortController()
  let now = 0
  let answered = 0
  const pace = new RefusalPace(closing.signal, () => now)
  return {
    closing,
    refuse(tenant: string, times: number): void {
      for (let i = 0; i < times; i++) {
        const held = pace.hold(tenant)
        if (held === null) answered += 1
        else held.then(() => answered++)
      }
    },
    async pass(ms: number): Promise<void> {
      now += ms
      mock.timers.tick(ms)
      await turn()
    },
    answered: () => answered,
  }
}

test.serial(
  'a few refusals a second are prompt, those of a tenant that goes on are spread over a second',
  async (t) => {
    const { refuse, pass, answered } = paced(t)
    refuse('flood', 220)
    refuse('other', 20)
    t.is(answered(), 40)
    await pass(499)
    t.is(answered(), 40)
    for (let tenth = 1; tenth <= 10; tenth++) {
      const before = answered()
      await pass(100)
      t.true(Math.abs(answered() - before - 20) <= 2, `${answered() - before} of 200 in a tenth of the second`)
    }
    await pass(1)
    t.is(answered(), 240)
    refuse('flood', 20)
    t.is(answered(), 260)
  },
)

test.serial('who goes on while its refusals are held is not prompt again', async (t) => {
  const { refuse, pass, answered } = paced(t)
  refuse('flood', 120)
  await pass(1100)
  const sofar = answered()
  t.true(sofar > 20 && sofar < 120)
  refuse('flood', 10)
  t.is(answered(), sofar)
})

test.serial('so many are held of a tenant, and of all, and the others are prompt', async (t) => {
  const { refuse, pass, answered } = paced(t)
  refuse('flood', 400)
  t.is(answered(), 400 - 256)
  for (let i = 0; i < 20; i++) refuse(`flood-${i}`, 276)
  const held = 2048
  t.is(answered(), 400 + 20 * 276 - held)
  await pass(1500)
  t.is(answered(), 400 + 20 * 276)
})

test.serial('a server that closes lets go of all of them', async (t) => {
  const { refuse, pass, answered, closing } = paced(t)
  refuse('flood', 100)
  closing.abort()
  await pass(0)
  t.is(answered(), 100)
  refuse('flood', 100)
  t.is(answered(), 200)
})
