import type { CommandLine } from './command-line.ts'

/** What an operator did from a command line, for the audit. */
export interface Administration {
  /** The verb and its action. */
  readonly what: string
  /** `null`: it is about the whole system. */
  readonly tenant: string | null
}

/** What is audited of a command line; `null` for what only looks, or goes through a server that audits it. */
export function administrationOf(line: CommandLine): Administration | null {
  switch (line.verb) {
    case 'tokens':
      if (line.task.action === 'list') return null
      return {
        what: `tokens ${line.task.action}`,
        tenant: line.task.action === 'create' ? line.task.tenant : null,
      }
    case 'audit':
      return line.task.action === 'trim' ? { what: 'audit trim', tenant: null } : null
    case 'dead-letters': {
      const { action } = line.task
      return action === 'retry' || action === 'drop' ? { what: `dead-letters ${action}`, tenant: null } : null
    }
    case 'rebuild':
      return line.task.kind === 'list' ? null : { what: `rebuild ${line.task.kind}`, tenant: null }
    case 'rotate-master-key':
      return { what: line.verb, tenant: null }
    default:
      return null
  }
}
