import { type Scope, scopeKey } from '../names.ts'
import type { LongTermNeeds, ScopedContent, ScopedKey } from './changes.ts'
import { contentKey } from './draft-contents.ts'
import type { FoldEntry } from './fold-entry.ts'

/** What {@link foldLongTerm} must know before it can decide about `entries`. */
export function needsOf(entries: readonly FoldEntry[]): LongTermNeeds {
  const commandIds = new Set<string>()
  const memoryIds = new Set<string>()
  const links = new Map<string, LongTermNeeds['links'][number]>()
  const scopes = new Map<string, FoldEntry['scope']>()
  const used = new Map<string, ScopedKey>()
  const erasing = new Map<string, ScopedKey>()
  const contents = new Map<string, ScopedContent>()
  let key = ''
  let last: Scope | null = null
  for (const { command, scope } of entries) {
    commandIds.add(command.commandId)
    // Neighbours are nearly always of one namespace.
    if (last !== scope) {
      last = scope
      key = scopeKey(scope)
      scopes.set(key, scope)
    }
    switch (command.type) {
      case 'Remember':
        used.set(`${key}/${command.keyId}`, { ...scope, keyId: command.keyId })
        if (command.supersedes !== null) memoryIds.add(command.supersedes)
        for (const contentHmac of command.repeats ?? []) {
          const content = { ...scope, keyId: command.keyId, contentHmac }
          contents.set(contentKey(content), content)
        }
        break
      case 'Forget':
      case 'Restore':
        for (const id of command.memoryIds) memoryIds.add(id)
        break
      case 'Link':
      case 'Unlink':
        memoryIds.add(command.from).add(command.to)
        links.set(`${key}/${linkKey(command)}`, {
          ...scope,
          from: command.from,
          rel: command.rel,
          to: command.to,
        })
        break
      case 'Reinforce':
      case 'Embed':
        memoryIds.add(command.memoryId)
        break
      case 'Erase':
        for (const keyId of command.keyIds) erasing.set(`${key}/${keyId}`, { ...scope, keyId })
        break
      case 'ConfigureNamespace':
      case 'Attest':
        break
    }
  }
  return {
    commandIds: [...commandIds],
    memoryIds: [...memoryIds],
    links: [...links.values()],
    scopes: [...scopes.values()],
    ...(contents.size === 0 ? {} : { contents: [...contents.values()] }),
    ...(used.size + erasing.size === 0 ? {} : { keys: { used: [...used.values()], erasing: [...erasing.values()] } }),
  }
}

/** One string for a link within its namespace. Ids have a fixed length, so it is unambiguous. */
export const linkKey = (link: { readonly from: string; readonly rel: string; readonly to: string }): string =>
  `${link.from}/${link.to}/${link.rel}`
