import test from 'ava'
import type { RankingProfile } from '../../domain/command.ts'
import type { Profile } from '../../domain/recall/profile.ts'
import { profileWeights } from '../../domain/recall/recall-weights.ts'
import { forget, remember } from './support/commands.ts'
import type { FoldedLog } from './support/folded-log.ts'
import { asking, reader, scope, serve } from './support/serve.ts'

const talk = { secret: { author: 'Alpha', runId: 'a' } }

function configure(log: FoldedLog, profile: RankingProfile): void {
  const { commandId, recordedAt, principal, keyId, requestHmac } = forget([], 2_000)
  const envelope = { commandId, recordedAt, principal, keyId, requestHmac }
  log.append(scope, { ...envelope, type: 'ConfigureNamespace', language: null, profile })
}

/** What a namespace is ranked as, by what an explained answer says and by the weight that it shows. */
async function rankedAs({ api }: ReturnType<typeof serve>) {
  const { results, explanation } = await api.recall(reader, asking('kite', { explain: true }))
  const { profile } = explanation!.statistics as { readonly profile: Profile }
  return { profile, sameWeight: results[0]?.signals?.episode?.weight === profileWeights[profile].words.episode }
}

test('a namespace is ranked as what it looks like, and as something else when that changes', async (t) => {
  const served = serve()
  served.log.append(scope, remember(1, 'A red kite', talk))
  t.deepEqual(await rankedAs(served), { profile: 'dialogue', sameWeight: true })
  for (const n of [2, 3]) served.log.append(scope, remember(n, `A kite, number ${n}`))
  t.deepEqual(await rankedAs(served), { profile: 'notes', sameWeight: true })
})

test('a namespace that is configured is ranked so, whatever it looks like, until it is configured back', async (t) => {
  const served = serve()
  served.log.append(scope, remember(1, 'A red kite', talk))
  configure(served.log, 'notes')
  t.deepEqual(await rankedAs(served), { profile: 'notes', sameWeight: true })
  configure(served.log, 'auto')
  t.deepEqual(await rankedAs(served), { profile: 'dialogue', sameWeight: true })
})
