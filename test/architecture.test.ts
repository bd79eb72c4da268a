// The rules of ARCHITECTURE.md. Each says why when it is broken.
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { registry } from '../src/connectors/registry.ts'

const root = resolve(import.meta.dirname, '..')
const built = ['node_modules', 'dist', 'data', '.git', '.cache']

const filesOf = (...patterns: string[]) =>
  globSync(patterns, { cwd: root, withFileTypes: true, exclude: entry => built.includes(entry.name) })
    .filter(entry => entry.isFile()).map(entry => relative(root, join(entry.parentPath, entry.name))).toSorted()
const isTest = (file: string) => /\.test\.tsx?$/.test(file)
const textOf = (file: string) => readFileSync(join(root, file), 'utf8')

const code = filesOf('src/**/*.ts', '{console,chat}/**/*.{ts,tsx,js}').filter(file => !isTest(file))

/** What a file imports: packages by their name, files by their path from the root. */
function importsOf(file: string): string[] {
  const specifiers = [...textOf(file).matchAll(/(?<!['"])\b(?:from|import) *\(? *['"]([^'"\n]+)['"]/g)].map(match => match[1]!)
  return [...new Set(specifiers)].map(name => (name.startsWith('.') ? relative(root, resolve(root, dirname(file), name)) : name))
}

/** `file: what` for every import that is not below one of `allowed`. A package allows its own subpaths. */
function foreignImports(files: string[], allowed: (file: string) => string[]): string[] {
  return files.flatMap(file => {
    const prefixes = allowed(file)
    return importsOf(file).filter(name => !prefixes.some(prefix => name === prefix || name.startsWith(`${prefix}/`))).map(name => `${file}: ${name}`)
  })
}

describe('what may import what', () => {
  const { devDependencies } = JSON.parse(textOf('package.json')) as { devDependencies: Record<string, string> }
  const browserPackages = ['typebox', ...Object.keys(devDependencies)]
  const layers: { folder: string; imports: string[]; why: string }[] = [
    { folder: 'src/contract', imports: ['src/contract', 'typebox'], why: 'contract/ is read by browsers and by every other folder, so it depends on none' },
    {
      folder: 'src/record', imports: ['src/record', 'src/contract', 'libphonenumber-js', 'pg', 'uuidv7', 'node:crypto'],
      why: 'record/ knows events and the database, never a connector or HTTP: whatever door they came in by, the same events make the same record',
    },
    {
      folder: 'src/outbound', imports: ['src/outbound', 'src/contract', 'src/record', 'src/connectors/connector.ts', 'src/connectors/registry.ts',
        'src/connectors/files.ts', 'src/connectors/sending.ts', 'src/blobs/blobs.ts', 'src/db/database.ts', 'src/ids.ts', 'graphile-worker', 'node:crypto',
        'node:dns', 'node:events', 'node:http', 'node:https', 'node:net', 'node:timers', 'pg'],
      why: 'outbound/ tells and sends what is in the record; it does not ask the doors',
    },
    {
      folder: 'src/blobs', imports: ['src/blobs', 'aws4fetch', 'node:crypto', 'node:fs', 'node:path'],
      why: 'blobs/ keeps bytes and knows nothing of what they are',
    },
    {
      folder: 'src/db', imports: ['src/db', 'src/config.ts', 'graphile-worker', 'pg', 'node:child_process', 'node:crypto', 'node:fs', 'node:os', 'node:path',
        'node:timers', 'node:url', 'node:util'],
      why: 'db/ provides a PostgreSQL and knows nothing of what is in it',
    },
    {
      folder: 'src/inbound', imports: ['src/inbound', 'src/contract', 'src/record', 'src/outbound', 'src/connectors/connector.ts', 'src/connectors/registry.ts',
        'src/db/database.ts', 'src/api/errors.ts', 'src/ids.ts', 'fastify', 'node:fs', 'node:http', 'node:path', 'node:sqlite', 'node:timers', 'node:zlib', 'pg'],
      why: 'inbound/ reaches platforms through the connector contract; of the API it shares the words for errors and ids alone',
    },
    {
      folder: 'src/imports', imports: ['src/imports', 'src/contract', 'src/record', 'src/blobs/blobs.ts', 'src/connectors/connector.ts', 'src/connectors/registry.ts',
        'src/outbound/changes.ts', 'src/ids.ts', 'csv-parse', 'graphile-worker', 'libphonenumber-js', 'pg', 'node:crypto', 'node:timers'],
      why: 'imports/ understands files, and leaves to record/ what becomes of their rows',
    },
    { folder: 'console', imports: ['console', 'src/contract', ...browserPackages], why: 'the console is a plain client of the API: it has no way of its own to the server' },
    { folder: 'chat', imports: ['chat', 'src/contract', 'vite'], why: 'the chat runs on other people’s pages: it is small, and speaks only what contract/chat.ts says' },
    {
      // Beside the contract, named one by one: it starts the server, opens the database of a server that may not run, and lists as the API does.
      folder: 'src/cli', imports: ['src/cli', 'src/contract', 'src/main.ts', 'src/config.ts', 'src/db/database.ts', 'src/db/embedded.ts', 'src/db/migrate.ts',
        'src/api/api-key.ts', 'src/api/channels.ts', 'src/api/messaging-users.ts', 'src/api/simulated-channel.ts', 'src/ids.ts',
        'src/record/consent/verify.ts', 'src/record/seed.ts', 'src/server-secret.ts', 'simulator/play.ts', 'commander', 'pg',
        'src/blobs/blobs.ts', 'src/imports', 'src/outbound/changes.ts', 'src/record/imports/imports.ts', 'cli-progress', 'node:fs', 'node:path', 'node:readline'],
      why: 'the command line does what the API does; whatever else it needs of src/ is named here',
    },
  ]

  test.each(layers)('$folder', ({ folder, imports, why }) => {
    const files = code.filter(file => file.startsWith(`${folder}/`))
    expect(files.length).toBeGreaterThan(0)
    expect(foreignImports(files, () => imports), why).toEqual([])
  })

  test('simulator', () => {
    const files = filesOf('simulator/**/*.ts').filter(file => !isTest(file))
    expect(files.length).toBeGreaterThan(10)
    const allowed = ['simulator', 'node:crypto', 'node:http', 'node:net', 'node:timers', 'node:zlib']
    expect(foreignImports(files, () => allowed), 'it signs with code of its own: what a verifier gets wrong, a simulator that shared its code would get wrong too').toEqual([])
  })

  const connectorFiles = code.filter(file => /^src\/connectors\/.+\//.test(file))

  test('a connector', () => {
    const shared = ['src/contract', 'src/connectors/connector.ts', 'src/connectors/files.ts', 'src/connectors/guest-chat.ts', 'src/connectors/reading.ts', 'src/connectors/sending.ts',
      'src/connectors/signature.ts', 'typebox', 'libphonenumber-js', 'node:crypto', 'node:zlib']
    expect(connectorFiles.length).toBeGreaterThan(10)
    // What the connectors of one family share (`sms/`) is in files beside their folders.
    const own = (file: string) => connectorFiles.filter(other => [dirname(file), dirname(dirname(file))].includes(dirname(other)))
    expect(foreignImports(connectorFiles, file => [...shared, ...own(file)]), 'a connector is pure: no database, no server, no other connector').toEqual([])
  })

  test('a connector’s folder is known to the registry alone', () => {
    const others = code.filter(file => !connectorFiles.includes(file) && file !== 'src/connectors/registry.ts')
    const leaks = others.flatMap(file => importsOf(file).filter(name => /^src\/connectors\/.+\//.test(name)).map(name => `${file}: ${name}`))
    expect(leaks, 'adding a channel is one folder and one line in connectors/registry.ts').toEqual([])
  })
})

describe('platforms', () => {
  // The chats and the channel of one's own are Muster's, not a platform's.
  const types = registry.map(({ connector }) => connector.type).filter(type => !['web-chat', 'in-app', 'byoc'].includes(type))
  const names = ['whatsapp', 'messenger', 'instagram', 'facebook', 'telegram', 'viber', 'wechat', 'telnyx', 'vonage', 'kannel', 'bsuid', 'wa_id', 'wamid',
    ...types.map(type => type.split('-').at(-1)!)]
  // Some are words of the language as well; these give a platform away where they are all there is between quotes.
  const words = ['apple', 'line']
  const anyName = new RegExp(names.map(name => (words.includes(name) ? `(?<=['"])${name}(?=['"])` : name)).join('|'), 'i')

  test('are named in connectors/, in docs/ and in tests, and nowhere else', () => {
    const files = [...code.filter(file => !file.startsWith('src/connectors/')),
      ...filesOf('{bin,bench}/**/*.{ts,js}', 'migrations/*.sql', '{console,chat}/**/*.{html,css,svg}')]
    const named = files.flatMap(file => [file, ...textOf(file).split('\n')].flatMap((line, number) =>
      (anyName.test(line) ? [`${file}:${number} ${line.trim()}`] : [])))
    expect(named, 'what differs between platforms is in their connectors; everything else treats all channels alike').toEqual([])
  })
})

describe('the database', () => {
  const migrations = filesOf('migrations/*.sql')
  const created = migrations.flatMap(file => [...textOf(file).matchAll(/create table (?:if not exists )?(\w+)/gi)].map(match => match[1]!))
  const access = ['operators', 'operator_sessions', 'operator_accounts', 'operator_verifications', 'api_keys']
  const domain = created.filter(table => !access.includes(table))

  test('the record is written by record/ alone', () => {
    expect(domain).toContain('messaging_users')
    // A table that is put into the text could be any of them.
    const table = `(?:only\\s+)?(?:(?:${domain.join('|')})\\b|\\$\\{)`
    const write = new RegExp(`insert\\s+into\\s+${table}|delete\\s+from\\s+${table}|merge\\s+into\\s+${table}|truncate\\s+(?:table\\s+)?${table}`
      + `|copy\\s+${table}[^;]*\\sfrom\\b|update\\s+${table}\\S*\\s+(?:(?:as\\s+)?\\w+\\s+)?set\\b`, 'gi')
    const writers = code.filter(file => !file.startsWith('src/record/'))
      .flatMap(file => [...textOf(file).matchAll(write)].map(match => `${file}: ${match[0].replaceAll(/\s+/g, ' ')}`))
    expect(writers, 'with one writer, history, counts and notifications cannot be forgotten by one of the doors').toEqual([])
  })

  test('migrations are numbered without a gap', () => {
    const numbers = migrations.map(file => Number(/(\d{4})_[a-z_]+\.sql$/.exec(file)?.[1]))
    expect(numbers, 'they are applied in the order of their numbers').toEqual(numbers.map((_, index) => index + 1))
  })
})

describe('sending', () => {
  const withText = (pattern: RegExp) => code.filter(file => pattern.test(textOf(file)))

  test('one place hands messages to platforms, and asks the gate first', () => {
    expect(withText(/\bconnector\??\.send\(/), 'whatever is sent passes here').toEqual(['src/outbound/send-message.ts'])
    const text = textOf('src/outbound/send-message.ts')
    expect(text.indexOf('refusalOf(message')).toBeGreaterThan(0)
    expect(text.indexOf('refusalOf(message')).toBeLessThan(text.indexOf('await attempt('))
  })

  test('messages are queued by what asked the gate, and by Muster’s own replies to what a person just wrote', () => {
    expect(withText(/\bqueueMessages\(/).toSorted()).toEqual(['src/record/apply-conversation.ts', 'src/record/outbox.ts', 'src/record/say.ts'])
    expect(withText(/insert into messages\b/).toSorted(), 'no other way to record a message, but for people who are made up')
      .toEqual(['src/record/messages.ts', 'src/record/outbox.ts', 'src/record/seed.ts'])
    expect(withText(/purpose: consentReply/), 'the gate lets replies pass that an opted-out person is owed: nothing else may claim to be one')
      .toEqual(['src/record/conversation.ts'])
  })
})

describe('the whole repository', () => {
  test('the environment is read by src/config.ts alone', () => {
    const readers = code.filter(file => file !== 'src/config.ts' && /\bprocess\s*\.\s*env\b|\benv\b[^=\n]*\}\s*=\s*process\b|from 'node:process'|import\.meta\.env/.test(textOf(file)))
    expect(readers, 'docs/configuration.md lists every setting because one file reads them all').toEqual([])
  })

  test('files stay short', () => {
    const files = filesOf('{src,console,chat,bin,bench,simulator,test}/**/*.{ts,tsx,js,css}', 'migrations/*.sql', '*.ts')
    const long = files.filter(file => textOf(file).split('\n').length > 301)
    expect(long, 'a file of more than 300 lines does more than one thing: split it by what it does').toEqual([])
  })

  test('no file depends on a host of somebody else’s', () => {
    const everything = filesOf('*', '.*', '{.ci,.github,src,console,chat,bin,bench,simulator,test,docs,migrations}/**/*').filter(file => !/\.(png|ico|woff2)$/.test(file))
    const hosts = /registry\.npmjs|registry\.yarnpkg|npmmirror\.com|unpkg\.com|jsdelivr\.net|cdnjs\.|esm\.sh|skypack\.dev|fonts\.g(?:oogleapis|static)/i
    expect(everything.filter(file => hosts.test(textOf(file))), 'installing follows the machine’s own npm settings, and pages load nothing from elsewhere').toEqual([])
  })

  test('addresses in code are this machine’s', () => {
    const files = [...code.filter(file => !file.startsWith('src/connectors/')), ...filesOf('bin/*.js', 'bench/*.ts', '{console,chat}/**/*.{html,css}')]
    const ours = ['localhost', '127.0.0.1', 'www.w3.org']
    const others = files.flatMap(file => [...textOf(file).matchAll(/https?:\/\/([\w-]+(?:\.[\w-]+)*)/g)].filter(([, host]) => !ours.includes(host!)).map(([url]) => `${file}: ${url}`))
    expect(others, 'Muster calls nobody by itself').toEqual([])
  })

  test('the lock file names no address to load from', () => {
    const { packages } = JSON.parse(textOf('package-lock.json')) as { packages: Record<string, { resolved?: string }> }
    const resolved = Object.keys(packages).filter(path => packages[path]!.resolved)
    expect(resolved, 'with `resolved`, installing would ask the registry of whoever wrote the file: `npm install --omit-lockfile-registry-resolved`').toEqual([])
  })
})
