import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { Markdown } from './markdown.tsx'

const html = (source: string) =>
  renderToStaticMarkup(<Markdown source={source} />).replace(/^<div class="markdown">|<\/div>$/g, '')

test('headings, paragraphs and what is inside a line', () => {
  expect(html('# Title\n\nOne **bold** and\n`code`, *so*.')).toBe(
    '<h3>Title</h3><p>One <strong>bold</strong> and <code>code</code>, <em>so</em>.</p>',
  )
})

test('a numbered list goes on after an indented paragraph', () => {
  expect(html('1. One\n   more\n\n   `address`\n\n2. Two\n\nAfter')).toBe(
    '<ol><li>One more<p><code>address</code></p></li><li>Two</li></ol><p>After</p>',
  )
})

test('code blocks keep their lines; tables have a head', () => {
  expect(html('```http\nPOST /\n\n**x**\n```')).toBe('<pre tabindex="0"><code>POST /\n\n**x**</code></pre>')
  expect(html('| a | b |\n|---|:-:|\n| 1 | `2` |')).toBe(
    '<table><thead><tr><th scope="col">a</th><th scope="col">b</th></tr></thead>' +
      '<tbody><tr><td>1</td><td><code>2</code></td></tr></tbody></table>',
  )
})

test('nothing in a note can run', () => {
  expect(html('<script>alert(1)</script>')).not.toContain('<script')
  expect(html('[x](javascript:alert(1))')).not.toContain('href')
  expect(html('[x](https://example.com)')).toContain('href="https://example.com"')
})
