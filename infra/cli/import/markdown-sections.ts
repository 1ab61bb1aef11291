import { fromMarkdown } from 'mdast-util-from-markdown'

/** What stands between one heading and the next. */
export interface MarkdownSection {
  /** Headings from the outermost to its own; empty before the first. */
  readonly headings: readonly string[]
  /** Source of its paragraphs, lists, tables and code, in order; never empty. */
  readonly blocks: readonly string[]
}

type Tree = ReturnType<typeof fromMarkdown>
type Block = Tree['children'][number]

/** Sections need blocks only; leaving out what stands inside lines halves the time, and only headings are read whole. */
const withoutInlines = {
  disable: {
    null: [
      'attention',
      'autolink',
      'codeText',
      'characterEscape',
      'characterReference',
      'hardBreakEscape',
      'labelEnd',
      'labelStartImage',
      'labelStartLink',
      'htmlText',
    ],
  },
}

/** Front matter is YAML between two `---` lines; to Markdown it would be a rule and a heading. */
const frontMatter = /^\uFEFF?---[^\S\n]*\n[\s\S]*?\n(?:---|\.\.\.)[^\S\n]*(?:\n|$)/

interface Inline {
  readonly type: string
  readonly value?: string
  readonly alt?: string | null
  readonly children?: readonly Inline[]
}

const plainText = (node: Inline): string =>
  node.value ?? node.alt ?? (node.children ?? []).map((child) => plainText(child)).join('')

const source = (markdown: string, block: Block): string =>
  markdown.slice(block.position?.start.offset ?? 0, block.position?.end.offset ?? 0)

/** The sections that hold something of their own, in order. Only headings at the top level divide a document. */
export function markdownSections(document: string): readonly MarkdownSection[] {
  const markdown = document.replaceAll('\r\n', '\n').replace(frontMatter, '')
  const sections: MarkdownSection[] = []
  let headings: ReadonlyArray<{ readonly depth: number; readonly text: string }> = []
  let blocks: string[] = []

  const close = () => {
    if (blocks.length > 0) sections.push({ headings: headings.map(({ text }) => text), blocks })
    blocks = []
  }

  for (const block of fromMarkdown(markdown, { extensions: [withoutInlines] }).children) {
    if (block.type === 'heading') {
      close()
      const text = plainText(fromMarkdown(source(markdown, block)))
        .replace(/\s+/gu, ' ')
        .trim()
      headings = [...headings.filter(({ depth }) => depth < block.depth), { depth: block.depth, text }]
    } else if (block.type !== 'definition' && block.type !== 'thematicBreak') {
      blocks.push(source(markdown, block))
    }
  }
  close()
  return sections
}
