import { quotedName } from '../quoted-name.ts'
import type { Statement } from '../row-query.ts'
import { changesText } from './changes-statement.ts'
import { CHECKPOINT_COLUMNS } from './checkpoint-row.ts'
import { LINK_SELECT } from './link-rows.ts'
import { MEMORY_SELECT } from './memory-rows.ts'
import { NAMESPACE_SELECT } from './namespace-rows.ts'
import { OUTCOME_SELECT } from './outcome-rows.ts'

type Name =
  | 'checkpoint'
  | 'changes'
  | 'memory'
  | 'memories'
  | 'links'
  | 'namespaces'
  | 'namespace'
  | 'outcome'
  | 'memoriesSince'

export type ReadStatements = Readonly<Record<Name, Statement>>

/** The reader's statements for one build's schema. */
export function readStatements(schema: string): ReadStatements {
  const s = quotedName(schema)
  const statement = (name: string, text: string): Statement => ({ name: `${schema}:read-${name}`, text })
  return {
    checkpoint: statement('checkpoint', `select ${CHECKPOINT_COLUMNS} from ${s}.checkpoints where partition = $1`),
    changes: statement('changes', changesText(s)),
    memory: statement('memory', `select ${MEMORY_SELECT} from ${byId(s, '$2')} as found where tenant = $1`),
    memories: statement(
      'memories',
      `select ${MEMORY_SELECT} from unnest($3::uuid[]) as asked (id) cross join lateral ${byId(s, 'asked.id')} as found
       where tenant = $1 and namespace = $2`,
    ),
    links: statement('links', `${linksAt(s, 'source')} union ${linksAt(s, 'target')}`),
    namespaces: statement(
      'namespaces',
      `select ${NAMESPACE_SELECT} from ${s}.namespaces where tenant = $1 order by namespace`,
    ),
    namespace: statement(
      'namespace',
      `select ${NAMESPACE_SELECT} from ${s}.namespaces where tenant = $1 and namespace = $2`,
    ),
    // The rows of each namespace that changed last: what came since is among them, unless as many older ones changed since.
    memoriesSince: statement(
      'memories-since',
      `select count(*) from ${s}.namespaces as written cross join lateral
         (select known_at from ${s}.memories where tenant = $1 and namespace = written.namespace
          order by changed desc limit $3) as newest
       where written.tenant = $1 and written.last_known_at >= $2 and newest.known_at >= $2`,
    ),
    outcome: statement(
      'outcome',
      `select ${OUTCOME_SELECT} from ${s}.outcomes where tenant = $1 and command_id = $2 order by position limit 1`,
    ),
  }
}

/**
 * A memory by its id alone. `offset 0` keeps conditions from outside out of it: on tables that no `analyze` has seen yet,
 * the planner takes "of this tenant" for as few rows as "of this id", and may read a whole namespace by another index.
 */
const byId = (s: string, id: string): string => `(select * from ${s}.memories where memory_id = ${id} offset 0)`

/** Two searches by index instead of an `or`, which would be a filter over all links of the namespace. */
const linksAt = (s: string, end: 'source' | 'target'): string =>
  `select ${LINK_SELECT} from unnest($3::uuid[]) as asked (id) cross join lateral
     (select * from ${s}.links where tenant = $1 and namespace = $2 and ${end} = asked.id limit $4) as found`
