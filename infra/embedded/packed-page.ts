import type { AnalysedMemory, IndexedText } from '../../domain/recall/indexed-memory.ts'
import { isNumbered } from '../../domain/text/numbered-words.ts'
import type { Embedding } from '../../domain/vector/embedding.ts'
import type { AnalysedPage } from '../../query-api/ports/view-loader.ts'
import { WordNumbers } from './word-numbers.ts'

/**
 * A page on its way from thread to thread: JSON text, for cloning objects would cost both threads more than writing and
 * reading text, and beside it the stems of all memories and the numbers of all vectors, one after another. A stem is its
 * number in a list that both threads have: most of a page is words that were sent before.
 */
export interface PackedPage {
  readonly text: string
  readonly stems: Uint32Array<ArrayBuffer>
  readonly vectors: Int8Array<ArrayBuffer>
}

/** Of its text and its vector, how many numbers stand beside the JSON. */
interface PackedMemory extends Omit<AnalysedMemory, 'text' | 'vector'> {
  readonly text: Omit<IndexedText, 'stems'> & { readonly stems: number }
  readonly vector?: Omit<Embedding, 'values'> & { readonly values: number }
}

interface TextOfPage extends Omit<AnalysedPage, 'memories'> {
  readonly memories: readonly PackedMemory[]
  /** New in the list of words; it begins with them when `restarted`. */
  readonly words: readonly string[]
  readonly restarted: boolean
}

/** The end that packs: the pages of one packer are unpacked by one {@link PageUnpacker}, in their order. */
export class PagePacker {
  readonly #words = new WordNumbers()

  /** No function looks at each value that is written: that would double the time of writing. */
  pack(page: AnalysedPage): PackedPage {
    const restarted = this.#words.restart()
    const stems = new Uint32Array(page.memories.reduce((sum, { text }) => sum + stemsOf(text).length, 0))
    const vectors: Int8Array[] = []
    let at = 0
    const memories = page.memories.map(({ vector, text, ...packed }): PackedMemory => {
      const own = stemsOf(text)
      this.#words.write(own, stems, at)
      at += own.length
      const memory = { ...packed, text: { ...text, stems: own.length } }
      if (vector === undefined) return memory
      vectors.push(vector.values)
      return { ...memory, vector: { ...vector, values: vector.values.length } }
    })
    const whole: TextOfPage = { ...page, memories, words: this.#words.take(), restarted }
    return { text: JSON.stringify(whole), stems, vectors: joined(vectors) }
  }
}

export class PageUnpacker {
  #words: string[] = []

  unpack({ text, stems, vectors }: PackedPage): AnalysedPage {
    const { memories, words, restarted, ...page } = JSON.parse(text) as TextOfPage
    const list = restarted ? [] : this.#words
    this.#words = list
    for (const word of words) list.push(word)
    let [stem, value] = [0, 0]
    return {
      ...page,
      memories: memories.map(({ vector, text: packed, ...memory }): AnalysedMemory => {
        const numbers = stems.subarray(stem, stem + packed.stems)
        stem += packed.stems
        const unpacked = { ...memory, text: { ...packed, stems: { list, numbers } } }
        if (vector === undefined) return unpacked
        // A copy, so that no memory keeps the vectors of its whole page.
        const values = vectors.slice(value, value + vector.values)
        value += vector.values
        return { ...unpacked, vector: { ...vector, values } }
      }),
    }
  }
}

function stemsOf({ stems }: IndexedText): readonly string[] {
  if (isNumbered(stems)) throw new Error('a page is packed from the words themselves')
  return stems
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
