import { codeTest, type LeafFilter } from './code-test.ts'
import { growableU32 } from './growable.ts'
import type { IndexArchive } from './index-archive.ts'
import { ValueDictionary } from './value-dictionary.ts'

/** A field of one text that most rows have, or none: dictionary codes by row, 0 for none. */
export class TextColumn {
  readonly codes = growableU32()
  readonly dictionary = new ValueDictionary<string>()

  /** Returns the code. */
  set(row: number, value: string | null): number {
    const code = value === null ? 0 : this.dictionary.hold(value)
    this.codes.set(row, code)
    return code
  }

  /** Sets `mask` to 1 for every row that has the field and passes. */
  mark(mask: Uint8Array, filter: LeafFilter): void {
    const passes = codeTest(this.dictionary, filter)
    const codes = this.codes.data
    for (let row = 1; row < mask.length; row++) if (codes[row] !== 0) mask[row] = Number(passes(codes[row]!))
  }

  wipe(row: number): void {
    const code = this.codes.data[row]!
    if (code !== 0) this.dictionary.release(code)
    this.codes.data[row] = 0
  }

  archive(archive: IndexArchive, end: number): void {
    archive.column('codes', this.codes, end)
    this.dictionary.archive(archive.within('dictionary'))
  }

  get bytes(): number {
    return this.codes.bytes + this.dictionary.bytes
  }
}
