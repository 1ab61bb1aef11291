import test from 'ava'
import fc from 'fast-check'
import { type Line, LineSplitter } from '../../../infra/http/ndjson/line-splitter.ts'

const split = (chunks: readonly Buffer[], limit: number): Line[] => {
  const splitter = new LineSplitter(limit)
  const lines = chunks.flatMap((chunk) => [...splitter.push(chunk)])
  return [...lines, ...splitter.end()]
}

test('cuts the same lines wherever the chunks were cut', (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: fc.constantFrom('a', 'ä', '𝄞', ' ') }), { maxLength: 8 }),
      fc.array(fc.nat({ max: 20 })),
      fc.integer({ min: 1, max: 20 }),
      (texts, cuts, limit) => {
        const bytes = Buffer.from(texts.join('\n'))
        const chunks: Buffer[] = []
        let from = 0
        for (const cut of cuts) {
          chunks.push(bytes.subarray(from, from + cut))
          from += cut
        }
        chunks.push(bytes.subarray(from))
        const wanted = texts.map((text) => Buffer.from(text))
        if (wanted.at(-1)?.length === 0) wanted.pop()
        t.deepEqual(
          split(chunks, limit).map((line) => (line.ok ? line.bytes.toString() : line.length)),
          wanted.map((line) => (line.length <= limit ? line.toString() : line.length)),
        )
      },
    ),
  )
})
