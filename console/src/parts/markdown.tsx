import { Fragment, type ReactNode } from 'react'

/**
 * The little of Markdown that set-up notes use: headings, paragraphs, lists, tables, code, bold and links. Makes elements, never
 * HTML, so nothing in a note can run.
 */
export function Markdown({ source }: { source: string }) {
  return (
    <div className="markdown">
      {blocksOf(source).map((block, index) => (
        <Fragment key={index}>{drawBlock(block)}</Fragment>
      ))}
    </div>
  )
}

interface TextBlock {
  kind: 'heading' | 'paragraph' | 'code'
  text: string
}
/** Each item of a list is a row of paragraphs. */
interface ListBlock {
  kind: 'ordered' | 'unordered'
  items: string[][]
}
interface TableBlock {
  kind: 'table'
  rows: string[][]
}
type Block = TextBlock | ListBlock | TableBlock

/** Cuts a note into blocks, line by line. */
function blocksOf(source: string): Block[] {
  const blocks: Block[] = []
  let code: string[] | undefined
  for (const line of source.split(/\r?\n/)) {
    if (line.trimStart().startsWith('```')) {
      if (code) blocks.push({ kind: 'code', text: code.join('\n') })
      code = code ? undefined : []
    } else if (code) code.push(line)
    else addLine(blocks, line)
  }
  return blocks.filter((block) => block.kind !== 'paragraph' || block.text !== '')
}

function addLine(blocks: Block[], line: string) {
  const last = blocks.at(-1)
  const heading = /^#{1,4}\s+(.*)$/.exec(line)
  const item = /^(?:([-*])|\d+[.)])\s+(.*)$/.exec(line)
  const text = line.trim()
  if (line.startsWith('|')) addRow(blocks, line)
  else if (heading) blocks.push({ kind: 'heading', text: heading[1]! })
  else if (item) addItem(blocks, item[1] ? 'unordered' : 'ordered', item[2]!)
  else if (last && 'items' in last && (text === '' || line.startsWith(' ') || last.items.at(-1)!.at(-1) !== '')) {
    // A list goes on over empty lines as long as what follows is indented.
    const paragraphs = last.items.at(-1)!
    if (text === '') paragraphs.push('')
    else paragraphs.push(`${paragraphs.pop()} ${text}`.trim())
  } else if (last?.kind === 'paragraph' && text !== '') last.text = `${last.text} ${text}`.trim()
  else blocks.push({ kind: 'paragraph', text })
}

function addRow(blocks: Block[], line: string) {
  const cells = line
    .trim()
    .replace(/^\||\|$/g, '')
    .split('|')
    .map((cell) => cell.trim())
  if (cells.every((cell) => /^:?-+:?$/.test(cell))) return
  const last = blocks.at(-1)
  if (last?.kind === 'table') last.rows.push(cells)
  else blocks.push({ kind: 'table', rows: [cells] })
}

function addItem(blocks: Block[], kind: ListBlock['kind'], text: string) {
  const last = blocks.at(-1)
  if (last && 'items' in last && last.kind === kind) last.items.push([text])
  else blocks.push({ kind, items: [[text]] })
}

function drawBlock(block: Block): ReactNode {
  if (block.kind === 'table') return drawTable(block.rows)
  if ('items' in block) return drawList(block)
  if (block.kind === 'code')
    return (
      <pre tabIndex={0}>
        <code>{block.text}</code>
      </pre>
    )
  return block.kind === 'heading' ? <h3>{inline(block.text)}</h3> : <p>{inline(block.text)}</p>
}

function drawList({ kind, items }: ListBlock): ReactNode {
  const rows = items.map((paragraphs, index) => <li key={index}>{drawItem(paragraphs.filter(Boolean))}</li>)
  return kind === 'ordered' ? <ol>{rows}</ol> : <ul>{rows}</ul>
}

function drawTable([head = [], ...rows]: string[][]): ReactNode {
  return (
    <table>
      <thead>
        <tr>
          {head.map((cell, index) => (
            <th key={index} scope="col">
              {inline(cell)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, index) => (
          <tr key={index}>
            {row.map((cell, index) => (
              <td key={index}>{inline(cell)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function drawItem([first = '', ...more]: string[]): ReactNode {
  return (
    <>
      {inline(first)}
      {more.map((text, index) => (
        <p key={index}>{inline(text)}</p>
      ))}
    </>
  )
}

const inlinePattern =
  /`([^`]+)`|\*\*([^*]+)\*\*|(?<!\*)\*([^*\s][^*]*)\*|\[([^\]]+)\]\((https?:\/\/[^\s)]+)\)|<(https?:\/\/[^\s>]+)>/g

function inline(text: string): ReactNode[] {
  const parts: ReactNode[] = []
  let from = 0
  for (const match of text.matchAll(inlinePattern)) {
    const [whole, code, bold, emphasis, label, href, bare] = match
    parts.push(text.slice(from, match.index))
    const key = match.index
    if (code) parts.push(<code key={key}>{code}</code>)
    else if (bold) parts.push(<strong key={key}>{inline(bold)}</strong>)
    else if (emphasis) parts.push(<em key={key}>{inline(emphasis)}</em>)
    else
      parts.push(
        <a key={key} href={href ?? bare} target="_blank" rel="noreferrer">
          {label ?? bare}
        </a>,
      )
    from = match.index + whole.length
  }
  return [...parts, text.slice(from)]
}
