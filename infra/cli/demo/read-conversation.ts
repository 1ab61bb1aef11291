import { readFile } from 'node:fs/promises'
import type { JsonObject } from '../../../domain/json.ts'
import { asObject, objectsField, textField } from '../json-fields.ts'

/** A turn in the shape of `/remember`, whose `supersedes` and link targets name labels of turns before it. */
export interface Turn {
  readonly label: string | null
  readonly request: JsonObject
}

export async function readConversation(): Promise<readonly Turn[]> {
  const text = await readFile(new URL('conversation.jsonl', import.meta.url), 'utf8')
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const { label, ...request } = asObject(JSON.parse(line)) ?? {}
      return { label: typeof label === 'string' ? label : null, request }
    })
}

/** The labels that a turn needs to be stored before it. */
export function labelsNeeded(turn: Turn): readonly string[] {
  const supersedes = textField(turn.request, 'supersedes')
  const targets = objectsField(turn.request, 'links').map((link) => textField(link, 'target') ?? '')
  return supersedes === null ? targets : [supersedes, ...targets]
}

/** The turn with memory ids where it named labels. Throws for a label that no earlier turn has. */
export function withMemoryIds(turn: Turn, ids: ReadonlyMap<string, string>): JsonObject {
  const idOf = (label: string | null): string => {
    const id = ids.get(label ?? '')
    if (id === undefined) throw new Error(`no earlier turn is labelled ${label}`)
    return id
  }
  const { supersedes, links, ...rest } = turn.request
  return {
    ...rest,
    ...(supersedes === undefined ? {} : { supersedes: idOf(textField(turn.request, 'supersedes')) }),
    ...(links === undefined
      ? {}
      : {
          links: objectsField(turn.request, 'links').map((link) => ({
            rel: textField(link, 'rel'),
            target: idOf(textField(link, 'target')),
          })),
        }),
  }
}
