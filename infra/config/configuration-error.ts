/** A setting is not valid: the process must not start. The message names it and what would be valid. */
export class ConfigurationError extends Error {
  constructor(setting: string, problem: string, expected: string) {
    super(`${setting} ${problem}. Expected: ${expected}.`)
    this.name = 'ConfigurationError'
  }
}
