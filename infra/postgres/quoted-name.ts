/** An identifier of SQL that this code made itself: a schema name in every statement. Throws for anything else. */
export function quotedName(name: string): string {
  if (!/^[a-z][a-z0-9_]{0,50}$/.test(name)) throw new RangeError(`"${name}" is no name of a schema`)
  return `"${name}"`
}
