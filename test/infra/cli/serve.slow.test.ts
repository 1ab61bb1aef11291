import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import test from 'ava'
import { defaultHttpOptions } from '../../../infra/http/http-options.ts'
import { eventually } from '../../support/eventually.ts'
import { holdPost } from '../../support/held-request.ts'
import { post } from '../../support/http-client.ts'
import { startServerProcess } from '../../support/server-process.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'
import { untilDraining } from '../../support/until-draining.ts'

for (const [first, second] of [
  ['SIGTERM', 'SIGTERM'],
  ['SIGINT', 'SIGINT'],
  ['SIGTERM', 'SIGINT'],
] as const) {
  test(`${second} behind ${first} ends a process at once, although a request still holds it up`, async (t) => {
    const server = await startServerProcess(temporaryFolder(t))
    t.teardown(() => server.kill())
    const exited = once(server.child, 'exit')
    const held = await holdPost(`${server.url}/remember`, { content: 'a body that is never sent' })
    const cut = t.throwsAsync(held.answer)
    server.child.kill(first)
    await untilDraining(server.url)
    t.is(server.child.exitCode, null, 'the request holds it up')
    server.child.kill(second)
    t.deepEqual(await exited, [130, null])
    await cut
  })
}

test('a request that hangs holds a process up for no longer than the drain takes', async (t) => {
  const server = await startServerProcess(temporaryFolder(t))
  t.teardown(() => server.kill())
  const exited = once(server.child, 'exit')
  const held = await holdPost(`${server.url}/remember`, { content: 'a body that is never sent' })
  const cut = t.throwsAsync(held.answer)
  server.child.kill('SIGTERM')
  await untilDraining(server.url)
  t.is(server.child.exitCode, null, 'the request holds it up')
  // Nothing else would end the request sooner: its body may take longer than this.
  const tooLate = (defaultHttpOptions.drainTimeoutMs + defaultHttpOptions.bodyTimeoutMs) / 2
  const ended = await Promise.race([exited, pause(tooLate, 'it still runs', { ref: false })])
  t.deepEqual(ended, [0, null])
  await cut
})

test('a request that is in flight when a process is told to end is answered, and stored', async (t) => {
  const dataDir = temporaryFolder(t)
  const server = await startServerProcess(dataDir)
  t.teardown(() => server.kill())
  const exited = once(server.child, 'exit')
  const held = await holdPost(`${server.url}/remember`, { content: 'said while the server was told to end' })
  server.child.kill('SIGTERM')
  await untilDraining(server.url)
  held.finish()
  const { status, body } = await held.answer
  t.is(status, 202, JSON.stringify(body))
  t.deepEqual(await exited, [0, null])
  const successor = await startServerProcess(dataDir)
  t.teardown(() => successor.kill())
  const stored = await post(`${successor.url}/recall`, { query: 'told to end', after: body.position })
  t.like(stored.body, { results: [{ memory_id: body.memory_id }] })
})

test('the curl lines that a start prints work as they stand', async (t) => {
  const server = await startServerProcess(temporaryFolder(t))
  t.teardown(() => server.kill())
  const lines = await eventually(() => {
    const printed = server.output().match(/curl .*/g) ?? []
    if (printed.length < 2) throw new Error(server.output())
    return printed
  })
  const [remembered, recalled] = [await answerOf(lines[0]!), await answerOf(lines[1]!)]
  t.is(remembered.status, 'accepted')
  t.like(recalled, { results: [{ memory_id: remembered.memory_id, content: 'Ada moved to Lisbon in May.' }] })
})

const answerOf = async (line: string): Promise<Record<string, unknown>> =>
  JSON.parse((await promisify(execFile)('sh', ['-c', line])).stdout)
