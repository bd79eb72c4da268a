// A server for measurements, in a process of its own: `node bench/server.ts group|single`.
import { readConfig } from '../src/config.ts'
import { startServer } from '../src/server.ts'

const oneTransactionPerMessage = { lanes: 16, maxBatch: 1 }
const server = await startServer({ ...readConfig(), port: 0, logLevel: 'error' }, process.argv[2] === 'single' ? oneTransactionPerMessage : {})
console.log(JSON.stringify({ url: server.url, signInLink: server.signInLink }))
process.on('SIGTERM', () => void server.stop())
