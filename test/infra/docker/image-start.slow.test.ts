import { statSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { get, post } from '../../support/http-client.ts'
import { buildImage, NOBODY } from './image.ts'

test('the image is a whole server: without rights, over a tree that it cannot write to, it makes a token and keeps memories', async (t) => {
  const image = buildImage(t)
  const first = await image.start()
  const token = /kept in .*\/data\/api-token:\s+(\S+)/.exec(first.output())?.[1]
  const credential = { authorization: `Bearer ${token}` }
  t.notThrows(() => first.checkHealth())
  const health = await get(`${first.url}/health`)
  t.deepEqual([health.status, health.body.status], [200, 'healthy'])
  const memory = { content: 'The image keeps what it is told.' }
  t.is((await post(`${first.url}/remember`, memory)).status, 401)
  t.is((await post(`${first.url}/remember`, memory, { ...credential, prefer: 'wait=5' })).status, 201)
  t.is(await first.stop(), 0)
  t.throws(() => first.checkHealth(), { message: /\/live: ECONNREFUSED/ })

  const second = await image.start()
  const recalled = await post(`${second.url}/recall`, { query: 'image', k: 1 }, credential)
  const [found] = recalled.body.results as { content: string }[]
  t.is(found?.content, memory.content)
  t.is(await second.stop(), 0)
  if (process.getuid?.() === 0) t.is(statSync(join(image.folder, 'data', 'log.db')).uid, NOBODY)
})
