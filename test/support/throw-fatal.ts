/**
 * `onFatal` of a server within a test: an exception that nobody catches, which the runner shows. The default ends the process
 * a moment later, and a test that is over by then would leave no word of why.
 */
export function throwFatal(error: Error): never {
  throw error
}
