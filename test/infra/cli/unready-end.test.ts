import test from 'ava'
import { createUnreadyEnd } from '../../../infra/cli/unready-end.ts'
import { createLogger } from '../../../infra/telemetry/logger.ts'

const logger = createLogger({ level: 'silent' })
const isReady = () => ({ ready: true }) as const

test('a process in which nothing can go on is unready first, and then ends once with code 1', async (t) => {
  const codes: number[] = []
  const exited = Promise.withResolvers<void>()
  const exit = (code: number): void => {
    codes.push(code)
    exited.resolve()
  }
  const end = createUnreadyEnd({ logger, unreadyMs: 20, exit })
  t.deepEqual(await end.readiness(isReady), { ready: true })
  t.is(end.exitCode(), 0)
  end.begin(new TypeError('a bug'))
  end.begin(new TypeError('what follows from it'))
  t.deepEqual(await end.readiness(isReady), { ready: false, waitingFor: ['the end of this process'] })
  t.deepEqual(codes, [], 'the moment is still to come')
  t.is(end.exitCode(), 1, 'a signal that comes meanwhile does not make it a success')
  await exited.promise
  t.deepEqual(codes, [1])
})

test('a process that can go on is as ready as its parts say', async (t) => {
  const end = createUnreadyEnd({ logger, exit: () => t.fail() })
  const waiting = { ready: false, waitingFor: ['partitions'] } as const
  t.deepEqual(await end.readiness(async () => waiting), waiting)
})
