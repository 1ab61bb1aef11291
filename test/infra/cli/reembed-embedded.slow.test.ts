import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import { answering, embeddingsService } from '../../support/embeddings-service.ts'
import { post } from '../../support/http-client.ts'
import { startServerProcess } from '../../support/server-process.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'

const script = fileURLToPath(new URL('../../../scripts/somabrain.ts', import.meta.url))

/** Runs a verb as an operator does; `child` is there at once. */
function somabrain(args: readonly string[], environment: Readonly<Record<string, string>>) {
  const child: ChildProcess = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, ...args], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const chunks: string[] = []
  for (const stream of [child.stdout!, child.stderr!])
    stream.setEncoding('utf8').on('data', (text) => chunks.push(text))
  const ended = new Promise<{ readonly code: number | null; readonly printed: string }>((resolve) => {
    child.on('close', (code) => resolve({ code, printed: chunks.join('') }))
  })
  return { child, ended }
}

test('an embedded store goes to another embedder in two goes, and nothing is embedded twice', async (t) => {
  t.timeout(300_000)
  const service = await embeddingsService(t)
  const dataDir = temporaryFolder(t)
  const withModel = (model: string) => ({
    SOMABRAIN_DATA_DIR: dataDir,
    SOMABRAIN_EMBEDDER: `openai:${service.url}`,
    SOMABRAIN_EMBEDDER_MODEL: model,
  })
  const serve = async (model: string) => {
    const server = await startServerProcess(dataDir, withModel(model))
    t.teardown(() => server.kill())
    return server
  }
  const reembed = () => somabrain(['reembed', '--to', `openai:${service.url}`], withModel('second'))

  const before = await serve('first')
  const contents = ['Ana bought an automobile.', ...Array.from({ length: 79 }, (_, i) => `Nobody watered plant ${i}.`)]
  const items = contents.map((content) => ({ content }))
  await post(`${before.url}/remember/batch`, { items }, { prefer: 'wait=10' })
  const refused = await reembed().ended
  t.not(refused.code, 0)
  t.true(refused.printed.includes(String(before.child.pid)), 'it names the process that has the directory')
  await before.stop()

  const cut = reembed()
  service.behave((call, response) => {
    cut.child.kill('SIGINT')
    answering()(call, response)
  })
  const first = await cut.ended
  t.is(first.code, 1, first.printed)
  const done = Number(/ended after (\d+): call it again to go on/.exec(first.printed)?.[1])
  t.true(done > 0 && done < contents.length, first.printed)
  service.behave(answering())
  const second = await reembed().ended
  t.is(second.code, 0, second.printed)
  t.true(second.printed.includes(`${contents.length - done} of ${contents.length} memories by second`), second.printed)

  const after = await serve('second')
  const asked = service.calls.length
  const { body } = await post(`${after.url}/recall`, { query: 'Which car?', explain: true })
  const [best] = body.results as Array<{ content: string; signals: Record<string, { value: number }> }>
  t.is(best?.content, contents[0])
  t.true((best?.signals.meaning?.value ?? 0) > 0.9)
  t.is(service.calls.length, asked + 1, 'only the question is embedded')
})
