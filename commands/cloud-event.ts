import type { Command } from '../domain/command.ts'

/** CloudEvents 1.0 attributes in Kafka's binary mode (`ce_…` headers), and W3C trace context. */
export function cloudEventHeaders(
  command: Command,
  schemaNumber: number,
  traceparent: string | null,
): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {
    ce_specversion: '1.0',
    ce_id: command.commandId,
    ce_source: '/somabrain/commands',
    ce_type: `somabrain.commands.${command.type}`,
    ce_time: new Date(command.recordedAt).toISOString(),
    ce_dataschema: `somabrain:schema:${schemaNumber}`,
    'content-type': 'application/vnd.confluent.avro',
  }
  if (traceparent !== null) headers.traceparent = traceparent
  return headers
}
