/** A file of the data directory cannot be trusted. The message names the file, what is wrong and what to do. */
export class DamagedFileError extends Error {
  readonly file: string
  readonly what: string
  readonly remedy: string

  constructor(file: string, what: string, remedy: string, options?: ErrorOptions) {
    super(`${file}: ${what}. ${remedy}`, options)
    this.name = 'DamagedFileError'
    this.file = file
    this.what = what
    this.remedy = remedy
  }
}
