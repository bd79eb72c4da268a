const benchmarks: Record<string, () => Promise<{ run(): Promise<void> }>> = {
  import: () => import('./import.ts'),
  ingest: () => import('./ingest.ts'),
  fuzz: () => import('./fuzz.ts'),
  lists: () => import('./lists.ts'),
}

const name = process.argv[2] ?? ''
if (name in benchmarks) await (await benchmarks[name]!()).run()
else {
  console.error(`Which benchmark? npm run bench -- <${Object.keys(benchmarks).join(' | ')}>`)
  process.exitCode = 1
}
