/** A model card as a Markdown file, with the front matter that hubs of models read. */
import type { CardBlock, CardText } from '../../player/card.ts'

export interface CardHead {
  readonly title: string
  /** As the person gave it; empty: not stated. */
  readonly licence: string
  readonly tags?: readonly string[]
}

export function cardMarkdown({ title, licence, tags = ['gan', 'image-generation', 'gan-studio'] }: CardHead, blocks: readonly CardBlock[]): string {
  const frontMatter = `---\nlicense: ${licence === '' ? 'unknown' : JSON.stringify(licence)}\ntags: [${tags.join(', ')}]\nmodel_name: ${JSON.stringify(title)}\n---`
  return `${[frontMatter, `# ${escaped(title)}`, ...blocks.map(written)].join('\n\n')}\n`
}

function written(block: CardBlock): string {
  switch (block.kind) {
    case 'heading':
      return `## ${line(block.text)}`
    case 'text':
      return line(block.text)
    case 'code':
      return block.lines.map((one) => `    ${one}`).join('\n')
    case 'list':
      return block.items.map((item) => `- ${line(item)}`).join('\n')
    case 'table':
      return [block.head, block.head.map(() => '---'), ...block.rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
  }
}

const line = (text: CardText): string => text.map((part) => (typeof part === 'string' ? part : 'code' in part ? `\`${part.code}\`` : escaped(part.given))).join('')
/** A person's text in one line, without marks of Markdown. */
const escaped = (text: string): string => text.replaceAll(/\s+/g, ' ').replaceAll(/[\\`*_[\]<>#|]/g, '\\$&')
