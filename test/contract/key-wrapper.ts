import test from 'ava'
import type { KeyWrapper } from '../../infra/crypto/key-wrapper.ts'

export interface KeyWrapperAdapter {
  readonly name: string
  /** The key that wraps now. */
  readonly current: KeyWrapper
  /** Another key altogether. */
  readonly other: KeyWrapper
  /** `current`, that also reads what `other` wrapped. */
  readonly currentAndOther: KeyWrapper
}

/** What every {@link KeyWrapper} promises. */
export function testKeyWrapper({ name, current, other, currentAndOther }: KeyWrapperAdapter): void {
  const secret = Buffer.alloc(32, 5)
  const context = ['key id', 'slot', '1']

  test(`${name}: what it wrapped it unwraps, and nothing of it shows`, async (t) => {
    const wrapped = await current.wrap('data-key', context, secret)
    t.deepEqual(Buffer.from(await current.unwrap('data-key', context, wrapped)), secret)
    t.false(Buffer.from(wrapped).includes(secret))
  })

  test(`${name}: another context, label or byte unwraps to nothing`, async (t) => {
    const wrapped = await current.wrap('data-key', context, secret)
    const altered = Buffer.from(wrapped)
    altered[altered.length - 1]! ^= 1
    await t.throwsAsync(async () => current.unwrap('data-key', ['key id', 'other slot', '1'], wrapped))
    await t.throwsAsync(async () => current.unwrap('index-key', context, wrapped))
    await t.throwsAsync(async () => current.unwrap('data-key', context, altered))
  })

  test(`${name}: what another key wrapped is refused, and read where that key stands beside it`, async (t) => {
    const wrapped = await other.wrap('data-key', context, secret)
    await t.throwsAsync(async () => current.unwrap('data-key', context, wrapped))
    t.deepEqual(Buffer.from(await currentAndOther.unwrap('data-key', context, wrapped)), secret)
  })

  test(`${name}: only what the key that wraps now has wrapped is current`, async (t) => {
    const [own, foreign] = [await currentAndOther.wrap('a', [], secret), await other.wrap('a', [], secret)]
    t.deepEqual([currentAndOther.isCurrent(own), currentAndOther.isCurrent(foreign)], [true, false])
    t.deepEqual([current.isCurrent(own), other.isCurrent(own)], [true, false])
  })
}
