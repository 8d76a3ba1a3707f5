/**
 * Loaded before a program (`NODE_OPTIONS=--import`, which its child processes inherit): every way to
 * the network that JavaScript has ends here, refused and written down. Local sockets of the file
 * system stay open: by them the studio's processes talk.
 */
import dgram from 'node:dgram'
import dns from 'node:dns'
import { appendFileSync } from 'node:fs'
import net from 'node:net'
import { syncBuiltinESMExports } from 'node:module'

const notes = process.env.GAN_STUDIO_TEST_NETWORK ?? ''

function refuse(what) {
  appendFileSync(notes, `${what}\n`)
  return Object.assign(new Error(`The network is denied: ${what}`), { code: 'ENETUNREACH' })
}

const { connect } = net.Socket.prototype
net.Socket.prototype.connect = function (...args) {
  // Node hands its own calls on as one list, with the options first.
  const options = Array.isArray(args[0]) ? args[0][0] : args[0]
  const path = typeof options === 'object' ? options?.path : Number.isNaN(Number(options)) ? options : undefined
  if (typeof path === 'string') return connect.apply(this, args)
  process.nextTick(() => this.destroy(refuse(`a connection to ${typeof options === 'object' ? `${options?.host}:${options?.port}` : options}`)))
  return this
}
dgram.Socket.prototype.send = function (...args) {
  const answer = args.at(-1)
  const error = refuse('a datagram')
  if (typeof answer === 'function') process.nextTick(() => answer(error))
}
for (const name of ['lookup', 'resolve', 'resolve4', 'resolve6', 'resolveAny']) {
  const [original, originalPromise] = [dns[name], dns.promises[name]]
  // A number is its own address: a server asks for that of the one it listens on.
  dns[name] = (host, ...rest) => net.isIP(host) !== 0 ? original(host, ...rest) : process.nextTick(() => rest.at(-1)(refuse(`the address of ${host}`)))
  dns.promises[name] = (host, ...rest) => net.isIP(host) !== 0 ? originalPromise(host, ...rest) : Promise.reject(refuse(`the address of ${host}`))
}
syncBuiltinESMExports()
