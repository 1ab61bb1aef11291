import type { Scope } from '../domain/names.ts'
import { accept } from './accept.ts'
import type { Caller, CommandApi, Receipt } from './command-api.ts'
import { type ForgetDeps, forget } from './forget.ts'
import type { Intent } from './intent.ts'
import { locate } from './locate.ts'
import { rememberIntent } from './remember-intent.ts'
import { rememberMany } from './remember-many.ts'
import type { ConfigureRequest, FeedbackRequest, LinkRequest, RestoreRequest } from './requests/requests.ts'

/** The command side, over its ports. */
export function createCommandApi(deps: ForgetDeps): CommandApi {
  /** Commands about a stored memory: find its namespace, then accept. */
  const about = async (
    caller: Caller,
    request: { readonly namespace: string | null },
    memoryId: string,
    intent: (scope: Scope) => Intent,
  ): Promise<Receipt> => accept(deps, caller, intent(await locate(deps, caller, request.namespace, memoryId)))

  return {
    remember: (caller, request) =>
      accept(deps, caller, rememberIntent(caller.identity.tenant, request, caller.idempotencyKey !== null)),
    rememberMany: (caller, items) => rememberMany(deps, caller, items),
    forget: (caller, request) => forget(deps, caller, request),
    restore: (caller, request) => about(caller, request, request.memoryId, (scope) => restoreIntent(scope, request)),
    link: (caller, request) => about(caller, request, request.from, (scope) => linkIntent('Link', scope, request)),
    unlink: (caller, request) => about(caller, request, request.from, (scope) => linkIntent('Unlink', scope, request)),
    feedback: (caller, request) => about(caller, request, request.memoryId, (scope) => feedbackIntent(scope, request)),
    configure: (caller, request) => accept(deps, caller, configureIntent(caller, request)),
  }
}

const restoreIntent = (scope: Scope, { memoryId }: RestoreRequest): Intent => ({
  route: 'restore',
  scope,
  subject: null,
  request: { memoryId },
  about: memoryId,
  command: ({ envelope }) => ({ type: 'Restore', ...envelope, memoryIds: [memoryId] }),
})

const linkIntent = (type: 'Link' | 'Unlink', scope: Scope, { from, rel, to }: LinkRequest): Intent => ({
  route: type.toLowerCase(),
  scope,
  subject: null,
  request: { from, rel, to },
  about: from,
  command: ({ envelope }) => ({ type, ...envelope, from, rel, to }),
})

const feedbackIntent = (scope: Scope, { memoryId, useful }: FeedbackRequest): Intent => ({
  route: 'feedback',
  scope,
  subject: null,
  request: { memoryId, useful },
  about: memoryId,
  command: ({ envelope }) => ({ type: 'Reinforce', ...envelope, memoryId, useful }),
})

const configureIntent = (caller: Caller, { namespace, language, profile }: ConfigureRequest): Intent => ({
  route: 'configure',
  scope: { tenant: caller.identity.tenant, namespace },
  subject: null,
  request: { language, profile },
  about: null,
  command: ({ envelope }) => ({ type: 'ConfigureNamespace', ...envelope, language, profile }),
})
