import type { JsonObject, JsonValue } from '../../../domain/json.ts'

/** A line as requests in the shape of `/remember`, or why it is none. */
export type LineRequests = { readonly requests: readonly JsonObject[] } | { readonly reason: string }

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function parse(line: string): JsonValue | undefined {
  try {
    return JSON.parse(line) as JsonValue
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** A chat message `{role, name?, content}`: its author is the name, else the role. The other fields stay. */
function messageRequest(message: JsonObject): JsonObject {
  const { role, name, ...rest } = message
  const author = rest.author ?? name ?? role
  const metadata = isObject(rest.metadata) ? rest.metadata : {}
  return {
    ...rest,
    ...(author === undefined ? {} : { author }),
    ...(role === undefined ? {} : { metadata: { role, ...metadata } }),
  }
}

/**
 * Reads one line of JSON Lines: an object in the shape of `/remember`, a message `{role, content}`, or a whole
 * conversation `{messages: […]}`, which is an episode of its own.
 *
 * @param runId episode of what names none: the file's path.
 */
export function jsonLineRequests(line: string, runId: string, lineNumber: number): LineRequests {
  const value = parse(line)
  if (value === undefined) return { reason: 'is not JSON' }
  if (!isObject(value)) return { reason: 'is no JSON object' }
  const hasEpisode = 'run_id' in value || 'episode' in value
  if (!Array.isArray(value.messages)) {
    if (!('content' in value)) return { reason: 'has neither `content` nor `messages`' }
    const request = 'role' in value || 'name' in value ? messageRequest(value) : value
    return { requests: [hasEpisode ? request : { ...request, run_id: runId }] }
  }
  const { messages, ...shared } = value
  const conversation = hasEpisode ? shared : { ...shared, run_id: `${runId}#${lineNumber}` }
  if (!messages.every(isObject)) return { reason: 'has a message that is no object' }
  return { requests: messages.map((message) => ({ ...conversation, ...messageRequest(message) })) }
}
