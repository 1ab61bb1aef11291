/** `memory.keys` did not answer in time, or cannot be read to its end. What was asked for is not known; asking again is safe. */
export class KeyLogError extends Error {
  override readonly name = 'KeyLogError'
}
