import type { JsonObject } from '../../../domain/json.ts'
import type { CommandLine } from '../command-line.ts'
import { allImportFiles } from '../import/import-files.ts'
import { type ImportProgress, importMemories } from '../import/import-memories.ts'
import { retryOptions, type VerbContext, withSession } from '../verb-context.ts'
import { duration, paceOf, progressView } from '../view/progress-view.ts'
import { paint, printable } from '../view/terminal.ts'

type ImportLine = Extract<CommandLine, { readonly verb: 'import' }>

/** So many troubles are shown one by one; the rest is counted. */
const SHOWN_TROUBLES = 20

function sharedFields(line: ImportLine): JsonObject {
  return {
    ...(line.userId === null ? {} : { user_id: line.userId }),
    ...(line.agentId === null ? {} : { agent_id: line.agentId }),
    ...(line.tags.length === 0 ? {} : { tags: line.tags }),
  }
}

const count = (value: number): string => value.toLocaleString('en-US')

function summary(done: ImportProgress, elapsedMs: number): string {
  const counts = [
    `${count(done.added)} added`,
    `${count(done.alreadyThere)} already there`,
    ...(done.failed > 0 ? [`${count(done.failed)} not stored`] : []),
  ]
  const { rate } = paceOf(done, elapsedMs)
  return `${count(done.files)} files: ${counts.join(', ')} · ${duration(elapsedMs / 1000)}, ${rate}`
}

/** Stores files. Exit code 0 when everything in them is in memory. */
export async function importVerb(line: ImportLine, context: VerbContext): Promise<number> {
  const files = await allImportFiles(line.paths)
  if (files.length === 0) {
    context.err.write('No Markdown, text, JSONL or NDJSON files there.\n')
    return 1
  }
  return withSession(context, line.server, 'write', async ({ client }) => {
    const startedAt = context.elapsedMs()
    const elapsed = () => context.elapsedMs() - startedAt
    const view = progressView(context.err, elapsed)
    const troubles: string[] = []
    try {
      const done = await importMemories({
        client,
        namespace: line.namespace,
        retry: retryOptions(context),
        files,
        shared: sharedFields(line),
        onProgress: (progress) => view.update(progress),
        onTrouble: (from, reason) => {
          if (troubles.length < SHOWN_TROUBLES) troubles.push(`${printable(from)}: ${printable(reason)}`)
        },
      })
      view.stop()
      for (const trouble of troubles) context.err.write(`${paint(context.err, 'yellow', 'not stored')} ${trouble}\n`)
      if (done.failed > troubles.length) context.err.write(`… and ${count(done.failed - troubles.length)} more\n`)
      context.out.write(`${summary(done, elapsed())}\n`)
      return done.failed === 0 ? 0 : 1
    } finally {
      view.stop()
    }
  })
}
