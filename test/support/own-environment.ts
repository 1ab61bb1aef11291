const ABOUT_TESTS = /^SOMABRAIN_(TEST_|TESTS$|FRESH_CLONE$|STACK_DIR$)/

/** This process's environment without settings of a server: who exported the stack's addresses asked for a server, not for a test, on it. */
export const withoutSettings = (environment: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(environment).filter(([name]) => !name.startsWith('SOMABRAIN_') || ABOUT_TESTS.test(name)),
  )
