/**
 * A policy's word about a namespace that the request did not name, and that is known once what it is about was found:
 * whether the caller may do it there. `false` is answered as if nothing was found. Rejects when there is no word.
 */
export type Reach = (namespace: string) => Promise<boolean>
