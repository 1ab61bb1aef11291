import type { CommandLine } from '../command-line.ts'
import { everyItem } from '../every-item.ts'
import { textField } from '../json-fields.ts'
import { type VerbContext, withSession } from '../verb-context.ts'
import { statusView } from '../view/status-view.ts'

type StatusLine = Extract<CommandLine, { readonly verb: 'status' }>

/** Shows health and namespaces; without a server, of the data directory. Exit code 0 when healthy. */
export function statusVerb(line: StatusLine, context: VerbContext): Promise<number> {
  return withSession(context, line.server, 'read', async ({ client, isEmbedded }) => {
    const health = await client.health()
    const namespaces = await everyItem(client, '/namespaces')
    const url = isEmbedded ? context.dataDir : client.url
    context.out.write(
      line.asJson
        ? `${JSON.stringify({ url, health, namespaces: { items: namespaces } }, null, 2)}\n`
        : statusView(context.out, url, health, namespaces),
    )
    return textField(health, 'status') === 'healthy' ? 0 : 1
  })
}
