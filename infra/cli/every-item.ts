import type { JsonObject } from '../../domain/json.ts'
import { objectsField, textField } from './json-fields.ts'
import type { ServerClient } from './server-client.ts'

/** The items of all pages of a list. Throws as the client does. */
export async function everyItem(client: Pick<ServerClient, 'get'>, path: string): Promise<readonly JsonObject[]> {
  const items: JsonObject[] = []
  for (let cursor: string | null = null; ; ) {
    const page: JsonObject = await client.get(cursor === null ? path : `${path}?cursor=${encodeURIComponent(cursor)}`)
    items.push(...objectsField(page, 'items'))
    cursor = textField(page, 'next_cursor')
    if (cursor === null) return items
  }
}
