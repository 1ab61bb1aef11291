import { quotedName } from '../quoted-name.ts'
import type { Statement } from '../row-query.ts'
import { changesText } from './changes-statement.ts'
import { CHECKPOINT_COLUMNS } from './checkpoint-row.ts'
import { LINK_SELECT } from './link-rows.ts'
import { MEMORY_SELECT } from './memory-rows.ts'
import { NAMESPACE_SELECT } from './namespace-rows.ts'
import { OUTCOME_SELECT } from './outcome-rows.ts'

type Name = 'checkpoint' | 'changes' | 'memory' | 'memories' | 'links' | 'namespaces' | 'namespace' | 'outcome'

export type ReadStatements = Readonly<Record<Name, Statement>>

/** The reader's statements for one build's schema. */
export function readStatements(schema: string): ReadStatements {
  const s = quotedName(schema)
  const statement = (name: Name, text: string): Statement => ({ name: `${schema}:read-${name}`, text })
  return {
    checkpoint: statement('checkpoint', `select ${CHECKPOINT_COLUMNS} from ${s}.checkpoints where partition = $1`),
    changes: statement('changes', changesText(s)),
    memory: statement('memory', `select ${MEMORY_SELECT} from ${s}.memories where tenant = $1 and memory_id = $2`),
    memories: statement(
      'memories',
      `select ${MEMORY_SELECT} from ${s}.memories
       where tenant = $1 and namespace = $2 and memory_id = any($3::uuid[])`,
    ),
    links: statement(
      'links',
      `select ${LINK_SELECT} from ${s}.links
       where tenant = $1 and namespace = $2 and (source = any($3::uuid[]) or target = any($3::uuid[]))`,
    ),
    namespaces: statement(
      'namespaces',
      `select ${NAMESPACE_SELECT} from ${s}.namespaces where tenant = $1 order by namespace`,
    ),
    namespace: statement(
      'namespace',
      `select ${NAMESPACE_SELECT} from ${s}.namespaces where tenant = $1 and namespace = $2`,
    ),
    outcome: statement(
      'outcome',
      `select ${OUTCOME_SELECT} from ${s}.outcomes where tenant = $1 and command_id = $2 order by position limit 1`,
    ),
  }
}
