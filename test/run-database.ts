// Runs the embedded database of a data folder in a process of its own, which tests can kill. Says `ready` when it runs.
import { startEmbedded } from '../src/db/embedded.ts'

const { stop } = await startEmbedded(process.argv[2]!)
process.once('SIGTERM', () => void stop())
console.log('ready')
