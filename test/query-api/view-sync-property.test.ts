import test from 'ava'
import fc from 'fast-check'
import { guardedOpener } from '../../query-api/guarded-opener.ts'
import { KeysAwayError } from '../../query-api/ports/opener.ts'
import { ResidentView } from '../../query-api/resident-view.ts'
import { propertyRuns } from '../support/property-runs.ts'
import { FoldedLog } from './support/folded-log.ts'
import type { PlainIndex } from './support/plain-index.ts'
import { action, apply, expected, partition, scope } from './support/store-actions.ts'
import { viewParts } from './support/view-parts.ts'

/** Rows that hold all that a run can write. */
const ONE_PAGE = 1_000

test('a view that follows a changing store holds, at each answer, what a view loaded then holds', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(action, { maxLength: 40 }),
      fc.array(action, { maxLength: 20 }),
      fc.integer({ min: 1, max: 5 }),
      async (actions, meanwhile, viewPageRows) => {
        const log = new FoldedLog({ autoFold: false })
        const parts = { ...viewParts(log, { viewPageRows }), changed: () => {} }
        const view = new ResidentView<PlainIndex>(scope, partition, parts)
        const between = [...meanwhile]
        let at = 0
        log.beforePage = async () => {
          const one = between.shift()
          if (one !== undefined && one.do !== 'read') at = apply(log, one, at)
        }
        for (const one of [...actions, { do: 'read', id: 1 } as const]) {
          if (one.do !== 'read') {
            at = apply(log, one, at)
            continue
          }
          const wish = { offset: log.folded(partition), allowStale: false }
          const { value, checkpoint } = await view.read(wish, (index) => index.content())
          t.is(checkpoint.offset, log.folded(partition))
          t.deepEqual(value, expected(log))
        }
      },
    ),
    { numRuns: propertyRuns(150) },
  )
})

test('a view that keys are kept from stands whole at some older point, and is level again when they are back', async (t) => {
  const withKeys = fc.oneof(
    { weight: 6, arbitrary: action },
    fc.constantFrom({ do: 'keys-away' as const }, { do: 'keys-back' as const }),
  )
  await fc.assert(
    fc.asyncProperty(
      fc.array(withKeys, { maxLength: 60, size: 'max' }),
      fc.constantFrom(1, 2, 3, ONE_PAGE),
      async (actions, viewPageRows) => {
        const log = new FoldedLog({ autoFold: false })
        const { opener, ...others } = viewParts(log, { viewPageRows })
        const parts = { ...others, opener: guardedOpener(opener), changed: () => {} }
        const view = new ResidentView<PlainIndex>(scope, partition, parts)
        const held = new Map([[-1, expected(log)]])
        let at = 0
        let answered = -1
        for (const one of [...actions, { do: 'keys-back', id: 1 } as const, { do: 'read', id: 1 } as const]) {
          if (one.do === 'keys-away') opener.fault = new KeysAwayError('not asked')
          else if (one.do === 'keys-back') opener.fault = null
          else if (one.do === 'read') {
            const [read] = await Promise.allSettled([view.read({ offset: -1, allowStale: false }, (i) => i.content())])
            if (read.status === 'rejected') {
              t.not(opener.fault, null)
              t.true(
                answered === -1 || viewPageRows !== ONE_PAGE,
                'a catch-up in one page leaves something to stand on',
              )
              continue
            }
            const { value, checkpoint, without } = read.value
            t.deepEqual(value, held.get(checkpoint.offset))
            t.true(checkpoint.offset >= answered, 'it never goes back')
            t.is(without === 'keys', checkpoint.offset < log.folded(partition))
            answered = checkpoint.offset
          } else {
            at = apply(log, one, at)
            held.set(log.folded(partition), expected(log))
          }
        }
        t.is(answered, log.folded(partition))
      },
    ),
    { numRuns: propertyRuns(150) },
  )
})
