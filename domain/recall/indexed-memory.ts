import type { FilterableMemory } from '../filter/field-values.ts'
import type { Interval } from '../memory.ts'
import type { AnalysedText } from '../text/analyse-text.ts'
import type { NumberedWords } from '../text/numbered-words.ts'
import type { Embedding } from '../vector/embedding.ts'

/** A memory in plaintext, as an index takes it in. The index keeps what it needs of `content`, and not `content`. */
export interface IndexedMemory extends FilterableMemory {
  /** UUID, lower case. */
  readonly memoryId: string
  /** Offset of its `Remember`: one memory per offset. */
  readonly offset: number
  readonly content: string
  /** On known time, at least one. */
  readonly intervals: readonly Interval[]
  /** Of its content; all of an index are of one model. */
  readonly vector?: Embedding
}

/** A text that was analysed before, by the same analyser in the namespace's language; its words perhaps by number. */
export interface IndexedText extends Omit<AnalysedText, 'stems'> {
  readonly stems: readonly string[] | NumberedWords
}

export interface AnalysedMemory extends Omit<IndexedMemory, 'content'> {
  readonly text: IndexedText
}

/** What may change about a memory after it was added. Its content never does; a vector may come later. */
export type Amendment =
  | { readonly erased: false; readonly intervals: readonly Interval[]; readonly vector?: Embedding }
  /** Everything that tells of it leaves the index; the id stays known, so that nothing brings it back. */
  | { readonly erased: true }

/** The instants that an answer is about, milliseconds. */
export interface AsOf {
  readonly valid: number
  /**
   * `valid` was asked for: a memory must have occurred by then. Otherwise `valid` is the present, and memories that
   * are dated ahead of it answer, too.
   */
  readonly validAsked: boolean
  /** `null`: what is known now. */
  readonly known: number | null
}
