/** A part of the cluster does not answer, or is not as it must be. The message is for the operator. */
export class PartError extends Error {
  override readonly name = 'PartError'
}
