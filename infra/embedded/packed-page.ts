import type { AnalysedMemory } from '../../domain/recall/indexed-memory.ts'
import type { Embedding } from '../../domain/vector/embedding.ts'
import type { AnalysedPage } from '../../query-api/ports/view-loader.ts'

/**
 * A page on its way from thread to thread: JSON text, for cloning objects would cost both threads more than writing and
 * reading text, and beside it the numbers of all vectors, one after another.
 */
export interface PackedPage {
  readonly text: string
  readonly vectors: Int8Array<ArrayBuffer>
}

/** Of its vector, how many numbers stand beside the text. */
interface PackedMemory extends Omit<AnalysedMemory, 'vector'> {
  readonly vector?: Omit<Embedding, 'values'> & { readonly values: number }
}

type TextOfPage = Omit<AnalysedPage, 'memories'> & { readonly memories: readonly PackedMemory[] }

/** No function looks at each value that is written: that would double the time of writing. */
export function packPage(page: AnalysedPage): PackedPage {
  const vectors: Int8Array[] = []
  const memories = page.memories.map((memory): PackedMemory => {
    const { vector, ...packed } = memory
    if (vector === undefined) return packed
    vectors.push(vector.values)
    return { ...packed, vector: { ...vector, values: vector.values.length } }
  })
  const whole: TextOfPage = { ...page, memories }
  return { text: JSON.stringify(whole), vectors: joined(vectors) }
}

export function unpackPage({ text, vectors }: PackedPage): AnalysedPage {
  const { memories, ...page } = JSON.parse(text) as TextOfPage
  let at = 0
  return {
    ...page,
    memories: memories.map((packed): AnalysedMemory => {
      const { vector, ...memory } = packed
      if (vector === undefined) return memory
      // A copy, so that no memory keeps the vectors of its whole page.
      const values = vectors.slice(at, at + vector.values)
      at += vector.values
      return { ...memory, vector: { ...vector, values } }
    }),
  }
}

function joined(vectors: readonly Int8Array[]): Int8Array<ArrayBuffer> {
  const all = new Int8Array(vectors.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const values of vectors) {
    all.set(values, at)
    at += values.length
  }
  return all
}
