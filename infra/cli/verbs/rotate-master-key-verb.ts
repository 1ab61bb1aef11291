import type { KeyWrapper } from '../../crypto/key-wrapper.ts'
import { type Rewrapped, type RewrapStore, rewrapKeys } from '../../crypto/rewrap-keys.ts'
import type { VerbContext } from '../verb-context.ts'
import { paint } from '../view/terminal.ts'

export interface RotateContext extends Pick<VerbContext, 'out'> {
  readonly store: RewrapStore
  readonly wrapper: KeyWrapper
}

/** Wraps every key with the current master key. Rejects with the words of a `MasterKeyError` when one cannot be read. */
export async function rotateMasterKeyVerb({ out, store, wrapper }: RotateContext): Promise<number> {
  const done = await rewrapKeys(store, wrapper)
  out.write(`${describe(done)}\n`)
  out.write(`${paint(out, 'green', 'done')}: SOMABRAIN_MASTER_KEY_PREVIOUS can be taken away\n`)
  return 0
}

const describe = ({ dataKeys, indexKeys, current }: Rewrapped): string =>
  `wrapped anew: ${dataKeys} data keys and ${indexKeys} index keys; ${current} had the current master key already`
