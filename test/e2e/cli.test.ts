/** The studio from a shell, as a person types it: real engine, real database, real files. */
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, readdir, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { beyond, commandLine, result, small, type CommandLine } from './command.ts'
import { pictureFolder } from './pictures.ts'

let folder = ''
let pictures = ''
let start: CommandLine['start']
let run: CommandLine['run']
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gan-studio-cli-'))
  pictures = await pictureFolder(folder)
  const command = commandLine({ dataFolder: join(folder, 'data') })
  start = command.start
  run = command.run
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('gan-studio', () => {
  it('imports, trains, generates the same bytes twice, and exports', async () => {
    const imported = await run('import', pictures, '--name', 'Shapes')
    expect(imported.code, imported.stderr).toBe(0)
    expect(result(imported)).toMatchObject({ type: 'result', name: 'Shapes', pictures: 48 })

    const described = await run('describe', 'Shapes', '--set', 'network=dcgan', ...small)
    expect(described.code, described.stderr).toBe(0)
    expect(result(described)).toMatchObject({ description: { batchSize: 8, networks: [{ network: 'G' }, { network: 'D' }] } })

    const trained = await run('train', 'Shapes', '--name', 'First', '--images', '400', '--set', 'encoder=on', ...small)
    expect(trained.code, trained.stderr).toBe(0)
    expect(result(trained)).toMatchObject({ type: 'result', run: { name: 'First', state: 'finished', imagesSeen: 400, classNames: ['round', 'square'] } })

    const [a, b] = [join(folder, 'a'), join(folder, 'b')]
    expect((await run('generate', 'First', '--count', '4', '--seed', '7', '--class', 'round', '--out', a)).code).toBe(0)
    expect((await run('generate', 'First', '--count', '4', '--seed', '7', '--class', 'round', '--out', b)).code).toBe(0)
    const names = (await readdir(a)).sort()
    expect(names).toEqual(['round 10.png', 'round 7.png', 'round 8.png', 'round 9.png'])
    for (const name of names) expect(await readFile(join(a, name))).toEqual(await readFile(join(b, name)))

    for (const [format, file] of [['sheet', 'sheet.png'], ['zip', 'set.zip'], ['gif', 'walk.gif'], ['safetensors', 'model.safetensors']] as const) {
      const count = format === 'safetensors' ? [] : ['--count', '4']
      const exported = await run('export', 'First', '--format', format, ...count, '--out', join(folder, file))
      expect(exported.code, exported.stderr).toBe(0)
      expect(existsSync(join(folder, file))).toBe(true)
    }
    expect((await sharp(join(folder, 'walk.gif')).metadata()).pages).toBe(80)
    const latents = join(folder, 'latents.json')
    expect((await run('encode', 'First', join(a, 'round 7.png'), join(a, 'round 8.png'), '--class', 'round', '--out', latents)).code).toBe(0)
    const { pictures: encoded } = JSON.parse(await readFile(latents, 'utf8')) as { readonly pictures: readonly { readonly picture: string; readonly latent: readonly number[] }[] }
    expect(encoded.map(({ picture, latent }) => [picture, latent.length])).toEqual([['round 7.png', 64], ['round 8.png', 64]])
    const again = await run('export', 'First', '--format', 'zip', '--count', '4', '--out', join(folder, 'set.zip'))
    expect(again.code).not.toBe(0)
    expect(again.stderr + JSON.stringify(again.lines)).toMatch(/there already/)
  })

  it('trains wide pictures as an import proposes them, and writes them out as wide', async () => {
    const wide = join(folder, 'Wide')
    await mkdir(wide)
    for (let i = 0; i < 12; i += 1) await sharp({ create: { width: 64, height: 32, channels: 3, background: { r: 20 * i, g: 90, b: 255 - 20 * i } } }).png().toFile(join(wide, `${i}.png`))
    expect((await run('import', wide, '--name', 'Wide')).code).toBe(0)
    expect(result(await run('datasets', 'show', 'Wide'))).toMatchObject({ dataset: { resolution: 64, aspect: '2:1' } })
    const trained = await run('train', 'Wide', '--name', 'Wide run', '--images', '32', '--no-score', ...small)
    expect(trained.code, trained.stderr).toBe(0)
    expect(result(trained)).toMatchObject({ run: { options: { resolution: 16, aspect: '2:1' } } })
    const [made, sheet, onnx] = [join(folder, 'wide made'), join(folder, 'wide.png'), join(folder, 'wide.onnx')]
    expect((await run('generate', 'Wide run', '--count', '1', '--seed', '3', '--out', made)).code).toBe(0)
    const [name = ''] = await readdir(made)
    expect(await sharp(join(made, name)).metadata()).toMatchObject({ width: 16, height: 8 })
    for (const [format, file, ...count] of [['sheet', sheet, '--count', '4'], ['onnx', onnx]] as const) expect((await run('export', 'Wide run', '--format', format, ...count, '--out', file)).code).toBe(0)
    expect(await sharp(sheet).metadata()).toMatchObject({ width: 38, height: 22 })
    const tall = await run('train', 'Wide', '--name', 'Tall run', '--images', '32', '--no-score', '--aspect', '3:4', '--from', 'Wide run', ...small)
    expect(tall.code, tall.stderr).toBe(0)
    const refused = await run('train', 'Wide', '--images', '32', '--aspect', '5:4', ...small)
    expect(refused.code).not.toBe(0)
    expect(refused.stderr + JSON.stringify(refused.lines)).toMatch(/aspect: expected one of 1:1, 4:3, 3:4, 2:1, 1:2/)
  })

  it('draws what the discriminator would see, and tells the colours before training', async () => {
    const sheets = ['changed', 'again', 'other', 'plain'].map((name) => join(folder, `${name}.png`))
    const drawn = async (out: string, ...set: readonly string[]): Promise<{ above: Buffer; below: Buffer }> => {
      const ended = await run('augment', 'Shapes', '--out', out, '--set', 'resolution=16', ...set)
      expect(ended.code, ended.stderr).toBe(0)
      const { data, info } = await sharp(out).raw().toBuffer({ resolveWithObject: true })
      expect([info.width, info.height]).toEqual([8 * 16, 2 * 16])
      return { above: data.subarray(0, data.length / 2), below: data.subarray(data.length / 2) }
    }
    const strong = ['--set', 'augment=colour+translation', '--set', 'augmentRotation=30'] as const
    const changed = await drawn(sheets[0] ?? '', ...strong)
    expect(changed.below.equals(changed.above)).toBe(false)
    expect((await drawn(sheets[1] ?? '', ...strong)).below.equals(changed.below)).toBe(true)
    expect((await drawn(sheets[2] ?? '', ...strong, '--seed', '9')).below.equals(changed.below)).toBe(false)
    const plain = await drawn(sheets[3] ?? '', '--set', 'augment=none')
    expect(plain.below.equals(plain.above)).toBe(true)
    expect(plain.above.equals(changed.above)).toBe(true)
    expect((await run('augment', 'Shapes', '--out', sheets[0] ?? '')).code).toBe(2)

    const art = join(folder, 'art')
    await mkdir(art)
    const colours = [[20, 20, 60], [240, 200, 40], [200, 60, 60]] as const
    for (let i = 0; i < 12; i++) {
      const pixels = Buffer.from(Array.from({ length: 256 }, (_, at) => colours[(Math.imul(at + 1, 40503 + 977 * i) >>> 8) % 3] ?? colours[0]).flat())
      await sharp(pixels, { raw: { width: 16, height: 16, channels: 3 } }).png().toFile(join(art, `${i}.png`))
    }
    expect((await run('import', art, '--name', 'Art')).code).toBe(0)
    const outputOf = async (...args: readonly string[]): Promise<{ output: object; reasons: Readonly<Record<string, { key: string }>> }> =>
      (result(await run('train', ...args, '--dry-run', '--set', 'resolution=16'))['proposal'] as { output: object; reasons: Readonly<Record<string, { key: string }>> })
    const found = await outputOf('Art')
    expect(found).toMatchObject({ output: { kind: 'palette', palette: [...colours].sort(([a], [b]) => a - b), looked: 12 }, reasons: { output: { key: 'reason.output.palette', values: { colours: 3, pictures: 12 } } } })
    expect(await outputOf('Shapes')).toMatchObject({ output: { kind: 'continuous', palette: [] }, reasons: { output: { key: 'reason.output.continuous' } } })
    const asked = await outputOf('Shapes', '--set', 'output=binary')
    expect(asked.output).toMatchObject({ kind: 'binary', palette: [[0, 0, 0], [255, 255, 255]] })
    expect(asked.reasons['output']).toBeUndefined()
  })

  it('describes the networks that it trains', async () => {
    type Described = { readonly description: { readonly networks: readonly { readonly parameters: number }[] } }
    const described = async (...set: readonly string[]): Promise<readonly number[]> =>
      (result(await run('describe', 'Shapes', '--set', 'resolution=32', ...set)) as unknown as Described).description.networks.map(({ parameters }) => parameters)
    const { proposal } = result(await run('train', 'Shapes', '--set', 'resolution=32', '--dry-run')) as { proposal: { options: { width: number } } }
    expect(await described()).toEqual(await described('--set', `width=${proposal.options.width}`))
  })

  it('scores a run, says what would help, and asks its discriminator about pictures', async () => {
    const scored = await run('score', 'First', '--count', '24')
    expect(scored.code, scored.stderr).toBe(0)
    const { score, advice } = result(scored) as { score: { kid: number; calibration: { kid: number } }; advice: readonly object[] }
    expect(score).toMatchObject({ scope: 'full', part: 'train', realCount: 24, fakeCount: 24, imagesSeen: 400 })
    expect(score.kid).toBeGreaterThan(score.calibration.kid)
    expect(advice.length).toBeGreaterThan(0)

    const inspected = await run('inspect', 'First', join(folder, 'a', 'round 7.png'), join(folder, 'a', 'round 8.png'))
    expect(inspected.code, inspected.stderr).toBe(0)
    const { inspection } = result(inspected) as { inspection: { pictures: readonly { name: string; probability: number; className: string }[] } }
    expect(inspection.pictures.map(({ name }) => name)).toEqual(['round 7.png', 'round 8.png'])
    for (const { probability, className } of inspection.pictures) {
      expect(probability).toBeGreaterThanOrEqual(0)
      expect(probability).toBeLessThanOrEqual(1)
      expect(['round', 'square']).toContain(className)
    }
  })

  it('proposes labels for pictures without one, applies those that are sure, and takes them back', async () => {
    type Shown = { readonly dataset: { readonly unlabelledCount: number; readonly classes: readonly { readonly name: string; readonly count: number }[] } }
    const shown = async (): Promise<Shown['dataset']> => (result(await run('datasets', 'show', 'Shapes')) as unknown as Shown).dataset
    const listed = await run('datasets', 'pictures', 'Shapes')
    const ids = listed.lines.filter(({ type }) => type === 'picture').map(({ id }) => String(id))
    const without = [...ids.slice(0, 3), ...ids.slice(-4)]
    const nothing = await run('label', 'First')
    expect(nothing.code).toBe(2)
    expect(nothing.stderr + JSON.stringify(nothing.lines)).toMatch(/has a class already/)
    expect((await run('datasets', 'unlabel', 'Shapes', ...without)).code).toBe(0)

    const proposed = await run('label', 'First')
    expect(proposed.code, proposed.stderr).toBe(0)
    const { proposal, applied } = result(proposed) as unknown as { proposal: { labels: readonly { pictureId: string; className: string; probability: number }[]; left: number; calibration: { part: string; accuracy: number } }; applied: readonly string[] }
    expect(applied).toEqual([])
    expect(proposal.labels.map(({ pictureId }) => pictureId).sort()).toEqual([...without].sort())
    const probabilities = proposal.labels.map(({ probability }) => probability)
    expect(probabilities).toEqual([...probabilities].sort((a, b) => a - b))
    expect(Math.min(...probabilities)).toBeGreaterThanOrEqual(0.5)
    expect((await shown()).unlabelledCount).toBe(7)

    const some = (probabilities[2] ?? 0) + 1e-9
    const sure = proposal.labels.filter(({ probability }) => probability >= some)
    const done = result(await run('label', 'First', '--apply-from', String(some))) as unknown as { applied: readonly string[] }
    expect([...done.applied].sort()).toEqual(sure.map(({ pictureId }) => pictureId).sort())
    expect((await shown()).unlabelledCount).toBe(7 - sure.length)
    // A step a class.
    for (const _ of new Set(sure.map(({ className }) => className))) expect((await run('datasets', 'undo', 'Shapes')).code).toBe(0)
    expect((await shown()).unlabelledCount).toBe(7)
    expect((await run('datasets', 'undo', 'Shapes')).code).toBe(0)
    expect((await shown()).classes.map(({ count }) => count)).toEqual([24, 24])
  })

  it('saves on Ctrl-C and goes on from there', async () => {
    const training = start('train', 'Shapes', '--name', 'Long', '--minutes', '30', ...small)
    await training.line(beyond(100))
    training.kill('SIGINT')
    const ended = await training.ended
    const saved = result(ended)['run'] as { readonly imagesSeen: number; readonly checkpointAt: number; readonly state: string }
    expect(ended.code).toBe(130)
    expect(saved.state).toBe('stopped')
    expect(saved.checkpointAt).toBe(saved.imagesSeen)

    const resumed = await run('resume', 'Long', '--images', '200')
    expect(resumed.code, resumed.stderr).toBe(0)
    expect(result(resumed)).toMatchObject({ run: { state: 'finished', imagesSeen: saved.imagesSeen + 200 } })
  })

  it('survives kill -9 while training: the run is interrupted and resumes from its checkpoint', async () => {
    const training = start('train', 'Shapes', '--name', 'Killed', '--minutes', '30', ...small)
    await training.line(beyond(50))
    training.kill('SIGKILL')
    await training.ended
    const shown = await run('runs', 'show', 'Killed')
    expect(JSON.stringify(result(shown))).toContain('interrupted')
    const resumed = await run('resume', 'Killed', '--images', '80')
    expect(resumed.code, resumed.stderr).toBe(0)
  })

  it('uses the checkpoint before one that was cut in half', async () => {
    const runs = join(folder, 'data', 'runs')
    const shown = result(await run('runs', 'show', 'Long'))
    const id = String((shown['run'] as { id?: string } | undefined)?.id ?? shown['id'])
    const checkpoints = join(runs, id, 'checkpoints')
    const newest = (await readdir(checkpoints)).filter((name) => name.endsWith('.safetensors')).sort().at(-1) ?? ''
    await truncate(join(checkpoints, newest), 5000)
    const generated = await run('generate', 'Long', '--count', '2')
    const said = generated.stderr + JSON.stringify(generated.lines)
    // With an older one there it goes on and says so; with none it refuses and says why.
    expect(said).toMatch(/damaged|cannot be (read|used)/)
    expect(said).not.toMatch(/bug/i)
  })

  it.each([
    ['an empty folder', async () => (await import('node:fs/promises')).mkdir(join(folder, 'empty'), { recursive: true }), ['import', 'empty'], /No files were found/],
    ['text renamed to .jpg', async () => writeFile(join(folder, 'text.jpg'), 'words'), ['import', 'text.jpg'], /No picture could be taken/],
    ['a path that is not there', async () => {}, ['import', 'nowhere'], /no file or folder/],
    ['an unknown option', async () => {}, ['train', 'Shapes', '--images', '10', '--set', 'colour=red'], /no training option/],
    ['an unknown flag', async () => {}, ['train', 'Shapes', '--fast'], /unknown option/],
    ['an unknown data set', async () => {}, ['train', 'Nobody'], /Nobody/],
    ['a class the run does not know', async () => {}, ['generate', 'First', '--class', 'oval'], /oval/],
  ] as const)('explains %s', async (_, prepare, [command, ...rest], message) => {
    await prepare()
    const args = command === 'import' ? rest.map((name) => join(folder, name)) : rest
    const ended = await run(command, ...args)
    expect(ended.code).toBeGreaterThan(0)
    expect(ended.stderr + JSON.stringify(ended.lines)).toMatch(message)
  })

  it('trains on three pictures, and says that they are few', async () => {
    const few = await pictureFolder(join(folder, 'few'), 2)
    expect((await run('import', few, '--name', 'Few')).code).toBe(0)
    const trained = await run('train', 'Few', '--images', '32', ...small)
    expect(trained.code, trained.stderr).toBe(0)
    expect(JSON.stringify(trained.lines) + trained.stderr).toMatch(/fewer pictures/)
  })
})
