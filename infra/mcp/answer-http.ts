import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js'
import type { Problem } from '../../domain/problem.ts'
import { createMcpServer, type McpServerDeps } from './create-mcp-server.ts'
import { messageRefusal } from './message-refusal.ts'
import { withoutTasks } from './without-tasks.ts'

/** A POST of the Streamable HTTP transport. */
export interface McpExchange {
  /** For the transport's own checks: `accept`, `content-type`, `mcp-protocol-version`. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
}

export interface McpAnswer {
  readonly status: number
  readonly contentType: string | null
  readonly text: string
}

/**
 * Answers one POST, without a session: any process behind a balancer answers any request, and none has state to lose. The
 * tools send nothing by themselves, so the answer is JSON and no stream.
 */
export async function answerHttp({ headers, body }: McpExchange, deps: McpServerDeps): Promise<McpAnswer> {
  const refused = refusalOf(body)
  if (refused !== null) {
    deps.refused(refused.problem)
    return refused.answer
  }
  const server = createMcpServer(deps)
  const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true })
  await server.connect(transport)
  try {
    // The path is nobody's: the transport reads the method and the headers.
    const request = new Request('http://localhost/mcp', { method: 'POST', headers })
    const response = await transport.handleRequest(request, { parsedBody: withoutTasks(body) })
    return { status: response.status, contentType: response.headers.get('content-type'), text: await response.text() }
  } finally {
    await server.close()
  }
}

/** Of a body in which something is no message, or asks for something that its method does not take. */
function refusalOf(body: unknown): { readonly problem: Problem; readonly answer: McpAnswer } | null {
  const isBatch = Array.isArray(body)
  for (const [index, message] of (isBatch ? body : [body]).entries()) {
    const refusal = messageRefusal(message, isBatch ? index : null)
    if (refusal === null) continue
    const { problem, id, text } = refusal
    // A request that can be answered by its id is, and JSON-RPC over HTTP answers those with 200.
    return { problem, answer: { status: id === null ? 400 : 200, contentType: 'application/json', text } }
  }
  return null
}
