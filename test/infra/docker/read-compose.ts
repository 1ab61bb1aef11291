import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type CollectionTag, parse, type ScalarTag } from 'yaml'

const root = fileURLToPath(new URL('../../..', import.meta.url))

/** `!reset` takes away what the file before had, whatever follows the word; here that is `null`. */
const resetValue: ScalarTag = { tag: '!reset', resolve: () => null }
const resetList: CollectionTag = { tag: '!reset', collection: 'seq', resolve: () => null }
const resetMap: CollectionTag = { tag: '!reset', collection: 'map', resolve: () => null }
const overrideList: CollectionTag = { tag: '!override', collection: 'seq', resolve: (list) => list }

/** A Compose file of the checkout as it is written: nothing filled in, nothing merged with another file. */
export function readCompose(file: string) {
  const customTags = [resetValue, resetList, resetMap, overrideList]
  return parse(readFileSync(join(root, file), 'utf8'), { merge: true, customTags })
}
