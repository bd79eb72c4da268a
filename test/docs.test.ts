import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '..')
const textOf = (file: string) => readFileSync(join(root, file), 'utf8')
const pages = globSync(['*.md', 'docs/**/*.md'], { cwd: root })

test('docs/configuration.md lists every variable that is read, and no other', () => {
  const read = [...textOf('src/config.ts').matchAll(/\benv\.([A-Z_]+)/g)].map(match => match[1]!)
  const documented = [...textOf('docs/configuration.md').matchAll(/^\| `([A-Z_]+)` \|/gm)].map(match => match[1]!)
  expect(documented.toSorted()).toEqual([...new Set(read)].toSorted())
})

test('links between pages lead somewhere', () => {
  const headings = (file: string) => [...textOf(file).matchAll(/^#+ (.+)$/gm)]
    .map(match => match[1]!.toLowerCase().replaceAll(/[^\w\- ]/g, '').replaceAll(' ', '-'))
  const broken = pages.flatMap(page => [...textOf(page).matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)/g)].filter(([, path, heading]) => {
    const target = path ? join(dirname(page), path) : page
    return !existsSync(join(root, target)) || (heading !== undefined && !headings(target).includes(heading))
  }).map(([link]) => `${page}: ${link}`))
  expect(pages.length).toBeGreaterThan(5)
  expect(broken).toEqual([])
})

test('files and folders that pages name are there', () => {
  const named = pages.flatMap(page => [...textOf(page).matchAll(/`((?:src|test|bin|bench|docs|console|chat|migrations)\/[\w./-]+)`/g)]
    .filter(([, path]) => !existsSync(join(root, path!))).map(([, path]) => `${page}: ${path}`))
  expect(named).toEqual([])
})
