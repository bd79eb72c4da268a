import { execFile, spawnSync } from 'node:child_process'
import { promisify } from 'node:util'

/** How to run a program that refuses to be root; see {@link chooseRunner}. */
export interface Runner {
  /** Goes before the program: nothing, or what hides root from it. */
  prefix: string[]
  /** The user to become; undefined: as we are. */
  user: { uid: number; gid: number } | undefined
}

/**
 * Finds a way to run PostgreSQL, which refuses to be root: an ordinary user runs it as it is; root runs it as an ordinary
 * user that the system already has, or, where that user cannot reach the program or the folders (below a 0700 home, say),
 * in a user namespace, in which root looks like somebody else. Nothing is created on the machine.
 * @param program absolute path of `postgres`
 * @param folders what it has to be able to enter
 * @throws {Error} saying what to do if there is no way.
 */
export function chooseRunner(program: string, folders: string[]): Runner {
  const failures: string[] = []
  for (const runner of candidates()) {
    // A real attempt: a look at the permissions would miss mount options, access lists and missing libraries.
    const script = 'program=$1; shift; for folder; do cd "$folder" || exit 1; done; exec "$program" --version'
    const result = run(runner, '/bin/sh', ['-c', script, 'sh', program, ...folders])
    if (result.status === 0) return runner
    failures.push(result.output)
  }
  throw new Error(
    `PostgreSQL cannot be started here: ${failures.join('; ')}. Set DATABASE_URL, run Muster as an ordinary user, ` +
      'or install it and put MUSTER_DATA where an ordinary user may go.',
  )
}

/** Runs a program to its end, blocking. Its output is stdout and stderr, trimmed. */
export function run(runner: Runner, program: string, args: string[], input = '') {
  const [file, fileArgs] = commandLine(runner, program, args)
  const result = spawnSync(file, fileArgs, { ...runner.user, env: environment('/'), cwd: '/', input, encoding: 'utf8' })
  return { status: result.status, output: result.error?.message ?? `${result.stdout}\n${result.stderr}`.trim() }
}

/** Runs a program to its end. @throws {Error} with its output if it fails. */
export async function runToEnd(runner: Runner, program: string, args: string[]): Promise<void> {
  const [file, fileArgs] = commandLine(runner, program, args)
  await promisify(execFile)(file, fileArgs, { ...runner.user, env: environment('/'), cwd: '/' })
}

/** File and arguments to spawn, to be used with `runner.user` as uid and gid. */
export function commandLine(runner: Runner, program: string, args: string[]): [string, string[]] {
  const [file, ...rest] = [...runner.prefix, program, ...args]
  return [file!, rest]
}

/** The environment of a child: its own home, since root's is closed to it, and none of our variables. */
export function environment(home: string): NodeJS.ProcessEnv {
  return { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: home, LC_ALL: 'C' }
}

/** Gives a folder to the one who will use it. Does nothing unless we are root. */
export function giveTo(runner: Runner, folder: string): void {
  if (process.getuid?.() !== 0) return
  const { uid, gid } = runner.user ?? { uid: 0, gid: 0 }
  const { status, stderr } = spawnSync('chown', ['-hR', `${uid}:${gid}`, folder], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`The owner of ${folder} cannot be changed: ${stderr}`)
}

function candidates(): Runner[] {
  if (process.getuid?.() !== 0) return [{ prefix: [], user: undefined }]
  const users = ['postgres', 'nobody'].map(userNamed).filter((user) => user !== undefined)
  return [
    ...users.map((user) => ({ prefix: [], user })),
    { prefix: ['unshare', '--user', '--map-user=65534', '--'], user: undefined },
  ]
}

function userNamed(name: string): Runner['user'] {
  const id = (flag: string) => Number(spawnSync('id', [flag, name], { encoding: 'utf8' }).stdout.trim() || NaN)
  const [uid, gid] = [id('-u'), id('-g')]
  return Number.isInteger(uid) && Number.isInteger(gid) ? { uid, gid } : undefined
}
