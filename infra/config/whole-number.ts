import { ConfigurationError } from './configuration-error.ts'

/** A setting's text as a whole number. Throws a `ConfigurationError` that names it. */
export function wholeNumber(name: string, text: string, least: number, most: number): number {
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= least && value <= most) return value
  throw new ConfigurationError(name, `is "${text}"`, `a whole number from ${least} to ${most}`)
}
