import {
  CallToolRequestSchema,
  ErrorCode,
  InitializeRequestSchema,
  JSONRPCMessageSchema,
  JSONRPCNotificationSchema,
  JSONRPCRequestSchema,
  ListToolsRequestSchema,
  PingRequestSchema,
} from '@modelcontextprotocol/sdk/types.js'

/** Why what came is no message of the protocol, or one whose parameters are not those of its method. */
export interface MessageFault {
  readonly code: ErrorCode.InvalidRequest | ErrorCode.InvalidParams
  /** `null`: the message itself. */
  readonly field: string | null
  readonly expected: string
}

interface Issue {
  readonly code?: string | undefined
  readonly path: readonly PropertyKey[]
  readonly expected?: string
  readonly values?: readonly unknown[]
  readonly keys?: readonly string[]
  readonly errors?: ReadonlyArray<readonly Issue[]>
}

interface Shape {
  safeParse(value: unknown): {
    readonly error?: { readonly issues: readonly unknown[] } | undefined
  }
}

/** The library tells of what is wrong with their parameters as of a fault of the server, in its parser's words. */
const METHODS: ReadonlyMap<unknown, Shape> = new Map<unknown, Shape>([
  ['initialize', InitializeRequestSchema],
  ['ping', PingRequestSchema],
  ['tools/list', ListToolsRequestSchema],
  ['tools/call', CallToolRequestSchema],
])

/** The first thing that is wrong with a message; `null`: it can be handed to the library. */
export function messageFault(message: unknown): MessageFault | null {
  if (typeof message !== 'object' || message === null || !('method' in message)) {
    const isAnswer = JSONRPCMessageSchema.safeParse(message).success
    return isAnswer ? null : { code: ErrorCode.InvalidRequest, field: 'method', expected: 'a JSON-RPC message' }
  }
  const isRequest = 'id' in message
  const fault = faultOf(isRequest ? JSONRPCRequestSchema : JSONRPCNotificationSchema, message)
  if (fault !== null || !isRequest) return fault
  const method = METHODS.get(message.method)
  return method === undefined ? null : faultOf(method, message)
}

function faultOf(shape: Shape, message: object): MessageFault | null {
  const issue = shape.safeParse(message).error?.issues[0] as Issue | undefined
  if (issue === undefined) return null
  const path = [...issue.path, ...(issue.keys?.slice(0, 1) ?? [])]
  const code = path[0] === 'params' ? ErrorCode.InvalidParams : ErrorCode.InvalidRequest
  return { code, field: path.length === 0 ? null : path.map(String).join('.'), expected: expectedOf(issue) }
}

/** Types of the library's parser that are no words of JSON. */
const WORDS: ReadonlyMap<string, string> = new Map([
  ['record', 'object'],
  ['int', 'whole number'],
])

function expectedOf({ code, expected, values, errors }: Issue): string {
  if (expected !== undefined) return WORDS.get(expected) ?? expected
  if (values !== undefined) return values.map((value) => JSON.stringify(value)).join(' or ')
  if (errors !== undefined) return errors.flatMap((of) => of.slice(0, 1).map(expectedOf)).join(' or ')
  return code === 'unrecognized_keys' ? 'no such field' : 'another value'
}
