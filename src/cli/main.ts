import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { createApiKey } from '../api/api-key.ts'
import { listChannels } from '../api/channels.ts'
import { listUsers } from '../api/messaging-users.ts'
import { readConfig } from '../config.ts'
import { roles, scopes, type ApiKeyCreate, type Scope } from '../contract/access.ts'
import { toTypeId } from '../ids.ts'
import { serve } from '../main.ts'
import { verifyLedger } from '../record/consent/verify.ts'
import { seedPeople } from '../record/seed.ts'
import { withDatabase } from './database.ts'
import { importUsers, type ImportUsersOptions } from './import-users.ts'
import { simulate, type SimulateOptions } from './simulate.ts'
import { table } from './table.ts'

const FAILED = 1
const USED_WRONGLY = 2

const program = new Command('muster')
  .description('The system of record for the people who message a company.')
  .exitOverride()
  .showHelpAfterError('(muster --help tells more)')

program.command('serve').description('run the server').action(() => serve(readConfig()))

program.command('migrate').description('bring the database up to date').action(async () => {
  const { rows } = await withDatabase(readConfig(), (pool) => pool.query('select name from schema_migrations order by name'))
  console.log(`Up to date: ${rows.at(-1).name}`)
})

program.command('api-key').description('keys for programs').command('create')
  .description('make an API key and print it: this once, and nothing else')
  .requiredOption('--name <name>', 'what it is for', keyName)
  .addOption(new Option('--role <role>', 'what it may do').choices([...roles]).makeOptionMandatory())
  .option('--scope <scope>', `limit it to this; can be given again (${scopes.join(', ')})`, addScope, [])
  .action(async ({ name, role, scope }: { name: string; role: ApiKeyCreate['role']; scope: Scope[] }) => {
    const { key } = await withDatabase(readConfig(), (pool) => createApiKey(pool, { name, role, scopes: scope }))
    console.log(key)
  })

program.command('channels').description('list the channels')
  .option('--json', 'as the API answers')
  .action(async ({ json }: { json?: boolean }) => {
    const config = readConfig()
    const publicUrl = config.publicUrl ?? `http://localhost:${config.port}`
    const { items } = await withDatabase(config, (pool) => listChannels(pool, publicUrl, { limit: 1000 }))
    print(json, items, () => table(
      ['ID', 'NAME', 'TYPE', 'ACTIVE', 'LAST EVENT', 'REJECTS'],
      items.map((channel) => [channel.id, channel.name, channel.type, channel.isActive ? 'yes' : 'no', channel.lastEventAt, channel.rejectCount])))
  })

program.command('users').description('list the messaging users, last active first')
  .option('--q <text>', 'part of a name, number, handle or key')
  .option('--limit <count>', 'how many, up to 1000', wholeNumber(1, 1000), 50)
  .option('--json', 'as the API answers')
  .action(async ({ q, limit, json }: { q?: string; limit: number; json?: boolean }) => {
    const { items } = await withDatabase(readConfig(), (pool) => listUsers(pool, { q, limit }))
    print(json, items, () => table(
      ['ID', 'NAME', 'EXTERNAL ID', 'CHANNEL', 'CONSENT', 'LAST MESSAGE'],
      items.map((user) => [user.id, user.name, user.externalId ?? user.platformKey, user.channelName, user.consentStatus, user.lastMessageAt])))
  })

program.command('consent').description('the consent ledger').command('verify')
  .description('recompute every hash of the ledger, and name the first broken line')
  .action(async () => {
    const { lines, people, broken } = await withDatabase(readConfig(), verifyLedger)
    if (broken) throw new Error(`Line ${broken.number} of ${toTypeId('mu', broken.userId)} is broken. ${broken.problem}.`)
    console.log(`All is well: ${lines} lines of ${people} messaging users.`)
  })

program.command('simulate').description('play a platform through the door of the Muster that runs: people who write, answers, receipts')
  .addOption(new Option('--channel <name or id>', 'the channel to play').conflicts('type'))
  .option('--type <type>', 'play the simulated channel of this type; it is made if there is none (default: byoc)')
  .option('--rate <per second>', 'requests a second, as 5/s', rate, 5)
  .option('--people <count>', 'how many write', wholeNumber(1, 10_000), 50)
  .addOption(new Option('--seconds <count>', 'for how long').argParser(wholeNumber(1, 86_400)).default(60).conflicts('messages'))
  .option('--messages <count>', 'stop after so many requests', wholeNumber(1, 10_000_000))
  .option('--seed <number>', 'the same seed plays the same again', wholeNumber(0, 2 ** 32 - 1))
  .action((options: SimulateOptions) => {
    const config = readConfig()
    const seconds = options.messages === undefined ? options.seconds : Infinity
    return withDatabase(config, (pool) => simulate(config, pool, { ...options, seconds }))
  })

program.command('import').description('take in what the business has').command('users <file>')
  .description('create and change messaging users from a CSV file: tries it first, and asks')
  .option('--channel <name or id>', 'of rows that name none')
  .option('--consent-source <text>', 'where the people gave their consent, for rows that do not say')
  .option('--consent-date <date>', 'when, as 2026-12-31', date)
  .option('--mapping <name>', 'a saved mapping of columns')
  .option('--dry-run', 'tell what would happen, and change nothing')
  .option('--yes', 'do not ask')
  .action((file: string, options: ImportUsersOptions) => {
    const config = readConfig()
    return withDatabase(config, (pool) => importUsers(config, pool, file, options))
  })

program.command('seed').description('make up people, to try Muster at size: contacts, and messaging users on a channel that is not active')
  .option('--people <count>', 'how many in all; what is there is not made again', (value) => Number(value), 100_000)
  .action(async ({ people }: { people: number }) => {
    if (!Number.isInteger(people) || people < 1 || people > 10_000_000) throw new Error('--people takes a number from 1 to 10,000,000')
    await withDatabase(readConfig(), (pool) => seedPeople(pool, people, (done) => console.error(`${done} of ${people}`)))
  })

function print(asJson: boolean | undefined, items: unknown[], asText: () => string): void {
  console.log(asJson ? JSON.stringify(items, null, 2) : asText())
}

function keyName(value: string): string {
  if (value.trim() === '' || value.length > 80) throw new InvalidArgumentError('It takes 1 to 80 characters.')
  return value
}

function addScope(value: string, before: Scope[]): Scope[] {
  const scope = scopes.find((known) => known === value)
  if (!scope) throw new InvalidArgumentError(`Known are ${scopes.join(', ')}.`)
  return [...new Set([...before, scope])]
}

function date(value: string): Date {
  const time = new Date(value)
  if (!/^\d{4}-\d\d-\d\d/.test(value) || Number.isNaN(time.getTime()) || time > new Date()) throw new InvalidArgumentError('It takes a date that is past, as 2026-12-31.')
  return time
}

function wholeNumber(low: number, high: number): (value: string) => number {
  return (value) => {
    const number = Number(value)
    if (!Number.isInteger(number) || number < low || number > high) throw new InvalidArgumentError(`It takes a number from ${low} to ${high}.`)
    return number
  }
}

function rate(value: string): number {
  const perSecond = Number(value.replace(/\/s$/, ''))
  if (!(perSecond >= 0.01 && perSecond <= 2000)) throw new InvalidArgumentError('It takes a number a second from 0.01 to 2000, as 5/s.')
  return perSecond
}

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : USED_WRONGLY
  else {
    console.error(`muster: ${(error as Error).message}`)
    process.exitCode = FAILED
  }
}
