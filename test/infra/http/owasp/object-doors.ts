import { type Answer, call } from '../support/call.ts'
import { MEMORY_ID, OTHER_ID } from '../support/doubles.ts'
import { type AuthorisedCall, authorisedCalls } from './authorised-calls.ts'

/** The operations that name an object by an id that somebody gave it. */
export const objectDoors = Object.entries(authorisedCalls).filter(
  ([, one]) => JSON.stringify(one).includes(MEMORY_ID) || one.path.includes(OTHER_ID),
)

/** One of them, asked about other ids than those of the table. */
export function askDoor(
  url: string,
  { method, path, body }: AuthorisedCall,
  ids: { readonly memory: string; readonly other: string },
  headers: Readonly<Record<string, string>>,
): Promise<Answer> {
  const fill = (text: string): string => text.replaceAll(MEMORY_ID, ids.memory).replaceAll(OTHER_ID, ids.other)
  const filled = body === undefined ? undefined : JSON.parse(fill(JSON.stringify(body)))
  return call(`${url}${fill(path)}`, { method, body: filled, headers })
}

/** What of an answer must be the same for an object that is beyond reach and for one that is nowhere. */
export const withoutIds = ({ status, text, headers }: Answer): string =>
  `${status} ${headers.get('content-type')} ${text.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<id>')}`
