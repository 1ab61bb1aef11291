/** One kind of SQLite file: how it is recognised, made and, when it is damaged, brought back. */
export interface StoreSchema {
  /** Name within the data directory. */
  readonly file: string
  /** `pragma application_id`: tells our files from each other and from those of other programs. */
  readonly applicationId: number
  /** `pragma user_version`: the version of `tables`. */
  readonly schemaVersion: number
  readonly pageSize: number
  /** One `create` statement each. */
  readonly tables: readonly string[]
  /** One sentence for the operator whose file is damaged. */
  readonly remedy: string
}

/** Four ASCII letters as `pragma application_id` stores them. */
export const applicationId = (letters: string): number => Buffer.from(letters, 'latin1').readInt32BE(0)
