import { spawnSync } from 'node:child_process'
import { createServer, connect, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import { expect, it } from 'vitest'

it('refuses what is not on this machine, also in processes that a test starts', async () => {
  await expect(fetch('http://198.51.100.1/')).rejects.toMatchObject({ cause: { message: 'Tests must not reach 198.51.100.1' } })
  await expect(once(connect(443, 'example.com'), 'connect')).rejects.toThrow('Tests must not reach example.com')
  const child = spawnSync(process.execPath, ['-e', 'fetch("https://example.com/")'], { encoding: 'utf8' })
  expect(child.stderr).toContain('Tests must not reach example.com')
})

it('lets loopback through', async () => {
  const server = createServer((socket) => socket.end('hello')).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  for (const socket of [connect(port), connect(port, '127.0.0.1'), connect({ port, host: 'localhost' })]) {
    const [data] = await once(socket, 'data')
    expect(String(data)).toBe('hello')
  }
  server.close()
})
