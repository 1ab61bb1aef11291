/** An archive of a log cannot be written, read or restored. The message is for the operator. */
export class ArchiveError extends Error {
  override readonly name = 'ArchiveError'
}
