import type { PartCommand } from './part.ts'

/** The command as it is started: through setpriv(1) when it has privileges to set. */
export function withPrivileges({ file, args, privileges = [] }: PartCommand): Omit<PartCommand, 'privileges'> {
  return privileges.length === 0 ? { file, args } : { file: 'setpriv', args: [...privileges, file, ...args] }
}
