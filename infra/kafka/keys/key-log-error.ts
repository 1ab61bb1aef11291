/** `memory.keys` cannot be read to its end, and waiting alone does not help: the message says what does. */
export class KeyLogError extends Error {
  override readonly name = 'KeyLogError'
}
