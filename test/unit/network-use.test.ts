/** Where the shipped code can reach a network at all, or hand an address to a program that can: a new place must be written down here, with its reason. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { projectRoot } from '../../build/set-up/project.ts'

const ways = /\bfetch\(|globalThis\.fetch|XMLHttpRequest|sendBeacon|\bWebSocket\b|EventSource|WebTransport|RTCPeerConnection|from 'node:(https?|http2|net|tls|dgram|dns)(\/promises)?'|from 'undici'|autoUpdater|crashReporter|electron-updater|https?:\/\/|openWebSocket\(|openExternal|openPath|'-m', 'pip'/
const known: Readonly<Record<string, string>> = {
  'src/engine/install/python.ts': 'pip, for the engine that a person asked to install',
  'src/hosts/ports/local-socket.ts': 'the studio\'s processes among themselves, by a local socket',
  'src/hosts/ports/socket-server.ts': 'the page on this computer',
  'src/hosts/rendezvous.ts': 'the studio\'s processes among themselves, by a local socket',
  'src/hosts/web/access.ts': 'the page on this computer',
  'src/hosts/web/listening.ts': 'looks at an address that a person wrote, and sends nothing',
  'src/hosts/web/page-files.ts': 'the page on this computer',
  'src/hosts/web/places.ts': 'the page on this computer',
  'src/hosts/web/refusal-page.ts': 'the page on this computer',
  'src/hosts/web/responses.ts': 'the page on this computer',
  'src/hosts/web/routes.ts': 'the page on this computer',
  'src/hosts/web/server.ts': 'the page on this computer',
  'src/transport/place.ts': 'from the page to its own server',
  'src/transport/upload.ts': 'from the page to its own server',
  'src/transport/web-socket.ts': 'from the page to its own server',
  'renderer/client.ts': 'from the page to its own server',
}
const shipped = ['src', 'electron', 'renderer'].flatMap((room) => readdirSync(join(projectRoot, room), { recursive: true, encoding: 'utf8' }).map((name) => join(room, name).replaceAll('\\', '/')))

it('the network is used in the places that are known, and in no other', () => {
  const code = shipped.filter((name) => /\.(ts|svelte|mjs|html|css)$/.test(name))
  expect(code.length).toBeGreaterThan(200)
  const found = code.filter((name) => ways.test(withoutComments(readFileSync(join(projectRoot, name), 'utf8'))))
  expect(found.sort()).toEqual(Object.keys(known).sort())
})

const withoutComments = (text: string): string => text.replace(/\/\*[\s\S]*?\*\/|<!--[\s\S]*?-->/g, '').replace(/(^|\s)\/\/.*$/gm, '').replaceAll(/http:\/\/www\.w3\.org\/[\w/]+/g, '')
