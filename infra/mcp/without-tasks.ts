/**
 * The messages of a body without what asks for a task in place of an answer: whoever has no tasks handles such a request as any
 * other (MCP 2025-11-25, "Tasks"). The library tells of a fault of the server instead.
 */
export const withoutTasks = (body: unknown): unknown =>
  Array.isArray(body) ? body.map(withoutTask) : withoutTask(body)

function withoutTask(message: unknown): unknown {
  if (!isObject(message) || !isObject(message.params) || !('task' in message.params)) return message
  const { task: _, ...params } = message.params
  return { ...message, params }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
