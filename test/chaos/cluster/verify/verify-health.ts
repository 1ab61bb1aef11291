import { eventually } from '../../../support/eventually.ts'
import { get } from '../../../support/http-client.ts'
import type { Chaos } from '../chaos.ts'

const TIMEOUT_MS = 20_000

/** With all faults over, every process says that every part is well. */
export async function verifyHealth({ cluster, report }: Chaos): Promise<void> {
  for (const { url, name } of cluster.members) {
    let last = ''
    try {
      await eventually(async () => {
        const { status, body } = await get(`${url}/health`)
        last = JSON.stringify(body)
        if (status !== 200 || body.status !== 'healthy') throw new Error(last)
      }, TIMEOUT_MS)
    } catch {
      // What it said last is the finding.
      report.violated(`${name} is not healthy: ${last}`)
    }
  }
}
