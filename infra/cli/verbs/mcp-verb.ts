import { finished } from 'node:stream/promises'
import { setImmediate as turn } from 'node:timers/promises'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import { createMcpServer } from '../../mcp/create-mcp-server.ts'
import { version } from '../../telemetry/version.ts'
import type { ServerChoice } from '../command-line.ts'
import { messagesAmong } from '../mcp-lines.ts'
import { type VerbContext, withSession } from '../verb-context.ts'

/**
 * The Model Context Protocol over standard input and output, for agents that start their tools as programs. It talks to
 * the running server, or opens the data directory in this process when none answers. Ends with its input, when everything
 * that was asked is answered.
 */
export function mcpVerb(server: ServerChoice, context: VerbContext): Promise<number> {
  return withSession(context, server, 'write', async ({ client }) => {
    const calls = new Set<Promise<unknown>>()
    const mcp = createMcpServer({
      version,
      sides: new Set(['commands', 'query']),
      callRoute: (path, body, headers) => {
        const call = client.exchange(path, body, headers)
        calls.add(call)
        return call.finally(() => calls.delete(call))
      },
      // It is told to the agent, and here there is nothing else to tell.
      refused: () => undefined,
    })
    const input = messagesAmong(process.stdin, process.stdout)
    await mcp.connect(new StdioServerTransport(input, process.stdout))
    await finished(input, { writable: false })
    await answered(calls)
    await mcp.close()
    return 0
  })
}

/** A call begins a moment after its message came, and its answer is written a moment after it ended. */
async function answered(calls: ReadonlySet<Promise<unknown>>): Promise<void> {
  do {
    await turn()
    await Promise.allSettled(calls)
    await turn()
  } while (calls.size > 0)
}
