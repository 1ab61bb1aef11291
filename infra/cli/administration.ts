import type { CommandLine } from './command-line.ts'

/** What an operator did from a command line, for the audit. */
export interface Administration {
  /** The verb, its action, and what it was done to where the verb knows that. Never a secret. */
  readonly what: string
  /** `null`: it is about the whole system. */
  readonly tenant: string | null
  /** A step of a deployment: it may come before there is anything to audit it in. */
  readonly isDeployment?: boolean
  /** What failed is not audited: a record of it would stand where one that is still to be restored has its place. */
  readonly onlyWhenDone?: boolean
}

/** One thing of those that a verb did. */
export interface AdministeredAct extends Administration {
  readonly exitCode: number
}

/** For what a verb did that says more than its command line does. */
export type TellAct = (act: AdministeredAct) => void

/** What is audited of a command line, unless its verb told what it did; `null` for what only looks, or goes through a server that audits it. */
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
    case 'archive':
      return line.task.action === 'restore' ? { what: 'archive restore', tenant: null, onlyWhenDone: true } : null
    case 'backup': {
      const { action } = line.task
      return action === 'create' || action === 'restore' ? { what: `backup ${action}`, tenant: null } : null
    }
    case 'dead-letters': {
      const { action } = line.task
      return action === 'retry' || action === 'drop' ? { what: `dead-letters ${action}`, tenant: null } : null
    }
    case 'rebuild':
      return line.task.kind === 'list' ? null : { what: `rebuild ${line.task.kind}`, tenant: null }
    case 'topics':
    case 'schemas':
      return line.action === 'create' || line.action === 'register' ? deployment(`${line.verb} ${line.action}`) : null
    case 'migrate':
      return line.checksOnly ? null : deployment(line.verb)
    case 'rotate-master-key':
      return { what: line.verb, tenant: null }
    default:
      return null
  }
}

const deployment = (what: string): Administration => ({ what, tenant: null, isDeployment: true })
