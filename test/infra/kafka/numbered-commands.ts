import type { NewRecord } from '../../../commands/ports/log-writer.ts'
import { partitionKey } from '../../../domain/partition.ts'
import { createCommandCodec } from '../../../schemas/command-codec.ts'
import { uuidOf } from '../../support/arbitrary-commands.ts'

const codec = createCommandCodec()

/** A command that the fold records an outcome for, whose id says which one it is. */
export const numberedCommand = (partition: number, n: number): NewRecord => ({
  partition,
  key: partitionKey({ tenant: 'default', namespace: `of-${partition}` }),
  value: codec.encode({
    type: 'Reinforce',
    commandId: commandIdOf(partition, n),
    recordedAt: 1_760_000_000_000 + n,
    principal: 'tester',
    keyId: '00'.repeat(16),
    requestHmac: new Uint8Array(32),
    memoryId: uuidOf('mem', 1),
    useful: true,
  }),
  headers: { ce_type: 'Reinforce' },
  timestamp: 1_760_000_000_000 + n,
})

export const commandIdOf = (partition: number, n: number): string => uuidOf('rei', partition * 1_000_000 + n)
