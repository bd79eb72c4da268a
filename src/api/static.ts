import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import files from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { answerError, ApiError } from './errors.ts'

const folder = (path: string) => fileURLToPath(new URL(`../../${path}/`, import.meta.url))
const CONSOLE = folder('console/dist')
const CHAT = folder('chat/dist')
const unbuilt = `<!doctype html><meta charset="utf-8"><title>Muster</title>
<h1>The console is not built yet</h1><p>Run <code>npm start</code>, which builds it.</p>`

/** The console at / and the chat's files at /chat/, as they were built. Pages of the console are its own business. */
export async function serveFiles(app: FastifyInstance): Promise<void> {
  await app.register(files, { root: CONSOLE, prefix: '/', wildcard: true, index: false, schemaHide: true })
  await app.register(files, {
    root: CHAT, prefix: '/chat/', wildcard: true, index: false, decorateReply: false, schemaHide: true,
    // The chat is a module in the business's own pages, and those are other origins.
    setHeaders: (reply) => reply.header('access-control-allow-origin', '*'),
  })
  app.get('/', { schema: { hide: true } }, sendConsole)
  app.get('/chat/demo/:channelId', { schema: { hide: true } }, (_request, reply) => sendPage(reply, CHAT, 'demo.html'))
  app.setNotFoundHandler(answerPageOrError)
}

function answerPageOrError(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { method, url, headers } = request
  const isPage = ['GET', 'HEAD'].includes(method) && headers.accept?.includes('text/html') && !/^\/(api|chat|webhooks)(\/|$)/.test(url)
  return isPage ? sendConsole(request, reply) : answerError(new ApiError('not_found', `There is no ${method} ${url.split('?')[0]}`), request, reply)
}

const sendConsole = (_request: FastifyRequest, reply: FastifyReply) => sendPage(reply, CONSOLE, 'index.html')

const sendPage = (reply: FastifyReply, root: string, file: string) =>
  existsSync(root + file) ? reply.sendFile(file, root) : reply.type('text/html; charset=utf-8').send(unbuilt)
