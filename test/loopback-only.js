// Tests must not depend on anything beyond this machine. JavaScript, because any Node that a test starts loads it.
import { isIP, Socket } from 'node:net'

const connect = Socket.prototype.connect

Socket.prototype.connect = function connectToLoopback(...args) {
  const host = hostOf(...args)
  if (host === undefined || host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))) {
    return connect.apply(this, args)
  }
  process.nextTick(() => this.destroy(new Error(`Tests must not reach ${host}`)))
  return this
}

// Undefined is this machine, be it by a path or by default.
function hostOf(first, second) {
  const [target, host] = Array.isArray(first) ? first : [first, second]
  if (typeof target === 'object') return target.path ? undefined : target.host
  const isPath = typeof target === 'string' && !/^\d+$/.test(target)
  return isPath || typeof host !== 'string' ? undefined : host
}
