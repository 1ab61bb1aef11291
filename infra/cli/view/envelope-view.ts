import type { Command } from '../../../domain/command.ts'
import { scopeOfKey } from '../../../domain/partition.ts'
import type { CommandCodec } from '../../../schemas/command-codec.ts'
import { printable } from './terminal.ts'

/**
 * What this build makes of a record: the envelope of its command, or why it cannot be read. What is sealed stays sealed;
 * of HMACs and sealed bytes only the length is told.
 */
export function envelopeView(codec: CommandCodec, key: Uint8Array, value: Uint8Array): readonly string[] {
  const scope = scopeOfKey(key)
  const named =
    scope === null ? 'names no tenant and namespace' : `tenant ${scope.tenant}, namespace ${scope.namespace}`
  const decoded = codec.decode(value)
  if (decoded.ok) return [`key        ${named}`, `this build reads a ${decoded.value.type}:`, ...fields(decoded.value)]
  const why = decoded.reason === 'undecodable' ? decoded.detail : `schema ${decoded.number} is not known to this build`
  return [`key        ${named}`, `this build cannot read it: ${printable(why)}`, ...frame(value)]
}

function fields(command: Command): readonly string[] {
  return Object.entries(command)
    .filter(([name]) => name !== 'type')
    .map(([name, value]) => `  ${name.padEnd(14)} ${shown(value)}`)
}

function shown(value: unknown): string {
  if (value instanceof Uint8Array) return `(${value.length} bytes)`
  return typeof value === 'string' ? printable(value) : printable(JSON.stringify(value))
}

/** The schema that the bytes claim to be of. */
function frame(value: Uint8Array): readonly string[] {
  if (value.length < 5 || value[0] !== 0) return []
  const id = Buffer.from(value.buffer, value.byteOffset, 5).readInt32BE(1)
  return [`  its frame names schema id ${id} of the registry`]
}
