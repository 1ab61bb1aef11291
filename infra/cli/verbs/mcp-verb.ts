import { finished } from 'node:stream/promises'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import { createMcpServer } from '../../mcp/create-mcp-server.ts'
import { version } from '../../telemetry/version.ts'
import type { ServerChoice } from '../command-line.ts'
import { type VerbContext, withSession } from '../verb-context.ts'

/**
 * The Model Context Protocol over standard input and output, for agents that start their tools as programs. It talks to
 * the running server, or opens the data directory in this process when none answers. Ends with its input.
 */
export function mcpVerb(server: ServerChoice, context: VerbContext): Promise<number> {
  return withSession(context, server, 'write', async ({ client }) => {
    const mcp = createMcpServer({
      version,
      sides: new Set(['commands', 'query']),
      callRoute: (path, body, headers) => client.exchange(path, body, headers),
      // It is told to the agent, and here there is nothing else to tell.
      refused: () => undefined,
    })
    await mcp.connect(new StdioServerTransport(process.stdin, process.stdout))
    await finished(process.stdin, { writable: false })
    await mcp.close()
    return 0
  })
}
