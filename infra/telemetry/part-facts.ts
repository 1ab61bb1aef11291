/** What a part tells of itself besides. Anybody may read it: no secret, no address. */
export interface PartFacts {
  /** Of an embedder: the name that its vectors are known by. */
  readonly model?: string
  /** Of its vectors, once there was one. */
  readonly dimension?: number
  /** RFC 3339. */
  readonly down_since?: string
  /** Of a fold that stands still: the first partition where it does. */
  readonly partition?: number
}
