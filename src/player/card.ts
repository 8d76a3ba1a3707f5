/** What is told about a model, as blocks: a page draws them, files have them as Markdown. */

/** Words of the studio's; names and the like as somebody gave them. */
export type CardPart = string | { readonly code: string } | { readonly given: string }
export type CardText = readonly CardPart[]
export type CardBlock =
  | { readonly kind: 'heading' | 'text'; readonly text: CardText }
  /** Lines of a program. */
  | { readonly kind: 'code'; readonly lines: readonly string[] }
  | { readonly kind: 'list'; readonly items: readonly CardText[] }
  | { readonly kind: 'table'; readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] }

export function drawCard(place: HTMLElement, blocks: readonly CardBlock[]): void {
  place.replaceChildren(...blocks.map(drawn))
}

function drawn(block: CardBlock): HTMLElement {
  switch (block.kind) {
    case 'heading':
      return made('h2', texts(block.text))
    case 'text':
      return made('p', texts(block.text))
    case 'code':
      return made('pre', [block.lines.join('\n')])
    case 'list':
      return made('ul', block.items.map((item) => made('li', texts(item))))
    case 'table': {
      const row = (cells: readonly string[], inHead: boolean): HTMLElement => made('tr', cells.map((cell, column) => made(inHead || column === 0 ? 'th' : 'td', [cell])))
      return made('table', [made('thead', [row(block.head, true)]), made('tbody', block.rows.map((cells) => row(cells, false)))])
    }
  }
}

const texts = (text: CardText): (HTMLElement | string)[] =>
  text.map((part) => (typeof part === 'string' ? part : 'code' in part ? made('code', [part.code]) : part.given))

function made(name: string, children: readonly (Node | string)[]): HTMLElement {
  const element = document.createElement(name)
  element.append(...children)
  return element
}
