import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js'
import type { JsonObject } from '../../domain/json.ts'
import type { Problem } from '../../domain/problem.ts'
import { itemError } from '../http/problem-details.ts'
import { type Check, compileBodySchema } from '../http/validation/compile-schema.ts'
import type { CallRoute } from './call-route.ts'
import type { MemoryTool } from './memory-tools.ts'

export interface ToolDoors {
  readonly callRoute: CallRoute
  /** Told of what is refused without a route having been asked. */
  readonly refused: (problem: Problem) => void
}

const checks = new WeakMap<MemoryTool, Check>()

function checkOf(tool: MemoryTool): Check {
  const known = checks.get(tool)
  if (known !== undefined) return known
  const check = compileBodySchema(tool.input, 'arguments')
  checks.set(tool, check)
  return check
}

/** Calls a tool. A refusal is a result that the model can read and act on, not an error of the protocol. */
export async function callTool(
  tool: MemoryTool,
  input: unknown,
  { callRoute, refused }: ToolDoors,
): Promise<CallToolResult> {
  const problem = checkOf(tool)(input)
  if (problem !== null) {
    refused(problem)
    return refusal(itemJson(problem))
  }
  const { body, headers } = tool.request(input as JsonObject)
  const answer = await callRoute(tool.path, body, headers)
  if (answer.status >= 400) return refusal(answer.body)
  return { content: [{ type: 'text', text: tool.text(answer.body) }], structuredContent: answer.body }
}

const itemJson = (problem: Problem): JsonObject => itemError(problem) as JsonObject

function refusal(body: JsonObject): CallToolResult {
  const { code, detail, field, expected } = body
  const words = [`${code}: ${detail}`]
  if (typeof field === 'string') words.push(`field: ${field}`)
  if (typeof expected === 'string') words.push(`expected: ${expected}`)
  return { isError: true, content: [{ type: 'text', text: words.join('\n') }], structuredContent: body }
}
