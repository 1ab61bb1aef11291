import { ProblemError } from '../../domain/problem.ts'

/**
 * Stands for an API that is not there yet, so that the server can listen, and say what it waits for, before the parts that
 * it stands on answer. Until then every call is refused as `starting`.
 */
export function untilStarted<Api extends object>(current: () => Api | null): Api {
  const get = (_target: object, name: string | symbol): unknown => {
    return async (...values: readonly unknown[]): Promise<unknown> => {
      const api = current()
      if (api === null) {
        const detail = 'This process waits for the parts that it stands on.'
        throw new ProblemError({ code: 'starting', detail, retryAfterSeconds: 1 })
      }
      const method: unknown = Reflect.get(api, name)
      if (typeof method !== 'function') throw new TypeError(`there is no method ${String(name)}`)
      return Reflect.apply(method, api, values)
    }
  }
  return new Proxy({}, { get }) as Api
}
