// The server as `npm start` runs it, on a free port and with little to say: `node bench/server.ts group|single`.
import { readConfig } from '../src/config.ts'
import { serve } from '../src/main.ts'

const oneTransactionPerMessage = { lanes: 16, maxBatch: 1 }
await serve({ ...readConfig(), port: 0, logLevel: 'error' }, process.argv[2] === 'single' ? oneTransactionPerMessage : {})
