import test from 'ava'
import { embedTexts } from '../../commands/embed-texts.ts'

const never = { onFault: () => undefined }

test('without an embedder no text gets a vector', async (t) => {
  t.deepEqual(await embedTexts(never, ['a', 'b']), [undefined, undefined])
})

test('each text gets its own vector, and one without a direction none', async (t) => {
  const embed = async (texts: readonly string[]) => texts.map((text) => Float32Array.of(Number(text), 0))
  const vectors = await embedTexts({ ...never, embedder: { model: 'm', embed } }, ['1', '0', '-2'])
  t.deepEqual(
    vectors.map((vector) => vector?.values[0]),
    [127, undefined, -127],
  )
  t.is(vectors[0]?.model, 'm')
})

test('an embedder that fails costs the vectors, and is told of', async (t) => {
  const told: unknown[] = []
  const down = new Error('down')
  const deps = {
    embedder: { model: 'm', embed: () => Promise.reject(down) },
    onFault: (fault: unknown) => told.push(fault),
    onOwed: (memories: number) => told.push(memories),
  }
  t.deepEqual(await embedTexts(deps, ['a', 'b']), [undefined, undefined])
  t.deepEqual(told, [down, 2])
})
