/** Everything but installing an engine works without a network, and nothing of it asks for one. */
import { spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { engineInstalled } from '../../build/set-up/engine.ts'
import { commandLine, result, said, small, type CommandLine } from './command.ts'
import { pictureFolder } from './pictures.ts'

let folder = ''
let notes = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gan-studio-privacy-'))
  notes = join(folder, 'network.txt')
  await writeFile(notes, '')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** Where the system allows it, also without any network device: native code could not reach one either. */
const unshare = process.platform === 'linux' && spawnSync('unshare', ['--net', 'true'], { stdio: 'ignore' }).status === 0 ? ['unshare', '--net', '--'] : []
const cutOff = (env: NodeJS.ProcessEnv = {}, starter: readonly string[] = unshare): CommandLine =>
  commandLine({ dataFolder: join(folder, 'data'), starter, env: { ...process.env, ...env, NODE_OPTIONS: `--import=${pathToFileURL(join(import.meta.dirname, 'no-network.mjs')).href}`, GAN_STUDIO_TEST_NETWORK: notes } })

it('a person can work from pictures to model without a network, and the studio does not ask for one', async () => {
  const command = cutOff()
  const steps = [
    ['import', await pictureFolder(folder), '--name', 'Shapes'],
    ['train', 'Shapes', '--images', '64', '--engine', engineInstalled() ? 'tensorflow' : 'cpu', ...small],
    ['generate', 'Shapes', '--count', '4', '--out', join(folder, 'pictures')],
    ['export', 'Shapes', '--format', 'safetensors', '--out', join(folder, 'model.safetensors')],
    // The judge's network is in a package; plain JavaScript would take minutes for it.
    ...(engineInstalled() ? [['score', 'Shapes', '--count', '20']] : []),
  ]
  for (const step of steps) {
    const ended = await command.run(...step)
    expect(ended.code, said(ended)).toBe(0)
  }
  expect(await readFile(notes, 'utf8')).toBe('')
  // The page in a browser: it listens on this computer, and asks nobody either.
  const serving = cutOff({}, []).start('serve')
  await serving.line(({ type }) => type === 'address')
  serving.kill('SIGINT')
  await serving.ended
  expect(await readFile(notes, 'utf8')).toBe('')
})

it('a network that is asked for in vain is noticed, so that the silence above says something', async () => {
  const program = `await fetch('http://example.invalid/').catch(() => {}); (await import('node:dns')).lookup('example.invalid', () => {}); (await import('node:net')).connect(9, '127.0.0.1').on('error', () => {}); await import('node:child_process').then(({ execFileSync }) => execFileSync(process.execPath, ['-e', "fetch('http://child.invalid/').catch(() => {})"]))`
  spawnSync(process.execPath, ['--input-type=module', '-e', program], { env: { ...process.env, NODE_OPTIONS: `--import=${pathToFileURL(join(import.meta.dirname, 'no-network.mjs')).href}`, GAN_STUDIO_TEST_NETWORK: notes } })
  expect((await readFile(notes, 'utf8')).trim().split('\n').sort()).toEqual(['a connection to 127.0.0.1:9', 'a connection to child.invalid:80', 'a connection to example.invalid:80', 'the address of example.invalid'])
})

it('installing an engine says that there is no network, and leaves nothing half installed', async () => {
  // Its own network is pip's: denied by a proxy that is not there.
  const command = cutOff({ XDG_CACHE_HOME: join(folder, 'cache'), HTTPS_PROXY: 'http://127.0.0.1:9', HTTP_PROXY: 'http://127.0.0.1:9', PIP_PROXY: 'http://127.0.0.1:9', PIP_RETRIES: '0' })
  const ended = await command.run('engine', 'install', 'tensorflow')
  expect(ended.code).not.toBe(0)
  expect(result(ended)).toMatchObject({ type: 'error', code: 'engine-unavailable' })
  const doctor = await command.run('doctor', '--no-measure')
  expect(result(doctor)['engines']).toContainEqual(expect.objectContaining({ id: 'tensorflow', usable: false }))
})
