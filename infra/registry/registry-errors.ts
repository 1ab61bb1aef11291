/** The registry did not answer in time, or is not asked because it did not lately. Asking again later is safe. */
export class RegistryUnavailableError extends Error {
  override readonly name: string = 'RegistryUnavailableError'
}

/** Nothing at all came back of one request. */
export class RegistryUnansweredError extends RegistryUnavailableError {
  override readonly name = 'RegistryUnansweredError'
}

/** The registry answered that it will not do it. */
export class RegistryRefusedError extends Error {
  override readonly name = 'RegistryRefusedError'
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** This build writes or reads a schema that the registry does not have. */
export class SchemaNotRegisteredError extends Error {
  override readonly name = 'SchemaNotRegisteredError'
}
