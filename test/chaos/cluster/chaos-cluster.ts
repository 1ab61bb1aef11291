import { randomBytes } from 'node:crypto'
import { createMember, type Member, type MemberRole } from './member.ts'
import { type OwnParts, startOwnParts } from './own-parts.ts'

const PER_ROLE = 2
const ROLES: readonly MemberRole[] = ['commands', 'projector', 'query']

/** Parts and processes of a cluster of its own, in one folder. */
export interface ChaosCluster {
  readonly folder: string
  readonly parts: OwnParts
  readonly members: readonly Member[]
  /** What every process is given besides the addresses. */
  readonly environment: Readonly<Record<string, string>>
  of(role: MemberRole): readonly Member[]
  /** Ends everything that was started here. */
  close(): Promise<void>
}

/** Two processes of each role. The first one makes topics, schemas and tables; the others then start at once. */
export async function startChaosCluster(
  folder: string,
  onUnasked: (name: string, what: string) => void,
): Promise<ChaosCluster> {
  const parts = await startOwnParts(folder)
  const environment = { SOMABRAIN_MASTER_KEY: randomBytes(32).toString('base64') }
  const members: Member[] = []
  const close = async (): Promise<void> => {
    await Promise.all(members.map((member) => member.close()))
    await parts.kill()
  }
  try {
    for (const role of ROLES) {
      for (let number = 1; number <= PER_ROLE; number++) {
        members.push(await createMember({ name: `${role}-${number}`, role, parts, folder, environment, onUnasked }))
      }
    }
    const [first, ...others] = members
    first!.start()
    await first!.started()
    for (const member of others) member.start()
    await Promise.all(members.map((member) => member.started()))
  } catch (error) {
    await close()
    throw error
  }
  return { folder, parts, members, environment, of: (role) => members.filter((one) => one.role === role), close }
}
