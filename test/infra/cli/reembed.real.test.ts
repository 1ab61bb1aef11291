import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import { testCluster } from '../../support/cluster.ts'
import { embeddingsService } from '../../support/embeddings-service.ts'
import { eventually } from '../../support/eventually.ts'
import { post } from '../../support/http-client.ts'
import { missingParts } from '../../support/real-parts.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'

const missing = await missingParts('kafka', 'registry', 'postgres', 'redis')
const script = fileURLToPath(new URL('../../../scripts/somabrain.ts', import.meta.url))

/** Runs a verb as an operator does; resolves to what it printed. */
function somabrain(args: readonly string[], environment: Readonly<Record<string, string>>): Promise<string> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, ...args], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const chunks: string[] = []
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => chunks.push(text))
  return new Promise((resolve, reject) => {
    child.on('close', (code) => (code === 0 ? resolve(chunks.join('')) : reject(new Error(chunks.join('')))))
  })
}

if (missing !== null) test.skip(`a change of embedder in a cluster: ${missing}`, (t) => t.pass())
else {
  test('a cluster goes to another embedder while it is asked, and no read fails', async (t) => {
    t.timeout(300_000)
    const service = await embeddingsService(t)
    const dataDir = temporaryFolder(t)
    const cluster = await testCluster(dataDir)
    t.teardown(() => cluster.remove())
    const withModel = (model: string) => ({
      SOMABRAIN_EMBEDDER: `openai:${service.url}`,
      SOMABRAIN_EMBEDDER_MODEL: model,
    })
    const [first, second] = [withModel('first'), withModel('second')]
    const before = await cluster.start('all', first)
    const contents = ['Ana bought an automobile.', 'The physician called on Tuesday.', 'Nobody watered the plants.']
    for (const content of contents) await post(`${before.url}/remember`, { content }, { prefer: 'wait=10' })
    const finds = async (url: string) => {
      const { status, body } = await post(`${url}/recall`, { query: 'Which car?', after: 'latest' })
      return { status, content: (body.results as Array<{ content: string }> | undefined)?.[0]?.content }
    }
    const wanted = { status: 200, content: contents[0] }
    await eventually(async () => t.like(await finds(before.url), wanted))

    const operator = { ...cluster.environment, ...second, SOMABRAIN_DATA_DIR: dataDir }
    const reembed = () => somabrain(['reembed', '--to', `openai:${service.url}`], operator)
    let reading = true
    const reads: unknown[] = []
    const reader = (async () => {
      while (reading) reads.push(await finds(before.url))
    })()
    const printed = await reembed().finally(() => {
      reading = false
      return reader
    })
    t.regex(printed, /embedded {2}3 of 3 memories by second/)
    t.true(reads.length > 0)
    for (const read of reads) t.deepEqual(read, wanted)

    const after = await cluster.start('query', second)
    await eventually(async () => t.deepEqual(await finds(after.url), wanted))
    t.deepEqual(await finds(before.url), wanted)
    const again = await reembed()
    t.regex(again, /embedded {2}0 of 3 memories/)
  })
}
