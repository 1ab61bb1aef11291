/** The address that the documentation writes. */
export const documentedUrl = 'http://127.0.0.1:9696'

/** A block marked `bash`, and what its output must contain, from the comment `<!-- shows: … -->` right below it. */
export interface RunnableBlock {
  readonly code: string
  readonly shows: string
}

const block = /^```bash\n([\s\S]*?)\n```\n(?:<!-- shows: (.+?) -->)?/gm

/** Throws for a block without such a comment: a command whose output nobody checks proves nothing. */
export function runnableBlocks(markdown: string): readonly RunnableBlock[] {
  return [...markdown.matchAll(block)].map(([, code = '', shows]) => {
    if (shows === undefined) throw new Error(`no "shows" comment below\n${code}`)
    return { code, shows }
  })
}
