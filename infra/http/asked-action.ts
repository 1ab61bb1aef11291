import type { Action } from '../../domain/authorisation/action.ts'

/** What a request was found to want. */
export interface AskedAction {
  readonly action: Action
  readonly namespace: string | null
}

/** A request that asks for more different things than this says no more by them. */
const MAX_ASKED = 16

/** Notes what a request wants, before it is decided whether it may. */
export function noteAction(asked: AskedAction[], action: Action, namespace: string | null): void {
  if (asked.length >= MAX_ASKED || asked.some((one) => one.action === action && one.namespace === namespace)) return
  asked.push({ action, namespace })
}
