import test from 'ava'
import { everyItem } from '../../../infra/cli/every-item.ts'
import { createServerClient } from '../../../infra/cli/server-client.ts'
import { scriptedServer } from './scripted-server.ts'

test('the items of all pages are read, each page by the cursor of the one before', async (t) => {
  const pages = [
    { items: [{ n: 1 }, { n: 2 }], next_cursor: 'a+b' },
    { items: [], next_cursor: 'c' },
    { items: [{ n: 3 }], next_cursor: null },
  ]
  const { url, asked } = await scriptedServer(t, (_asked, turn) => ({ body: pages[turn]! }))
  const client = createServerClient({ url, token: null, timeoutMs: 20_000 })
  t.deepEqual(await everyItem(client, '/namespaces'), [{ n: 1 }, { n: 2 }, { n: 3 }])
  t.deepEqual(
    asked.map(({ path }) => path),
    ['/namespaces', '/namespaces?cursor=a%2Bb', '/namespaces?cursor=c'],
  )
})
