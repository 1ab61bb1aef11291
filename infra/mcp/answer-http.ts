import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js'
import { createMcpServer, type McpServerDeps } from './create-mcp-server.ts'

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
  const server = createMcpServer(deps)
  const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true })
  await server.connect(transport)
  try {
    // The path is nobody's: the transport reads the method and the headers.
    const request = new Request('http://localhost/mcp', { method: 'POST', headers })
    const response = await transport.handleRequest(request, { parsedBody: body })
    return { status: response.status, contentType: response.headers.get('content-type'), text: await response.text() }
  } finally {
    await server.close()
  }
}
