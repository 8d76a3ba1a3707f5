/** A data folder of every schema there has been opens, and all that was in it is there. */
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { silent } from '../../../src/base/log.ts'
import { message, phrase } from '../../../src/contract/messages.ts'
import { defaultOptions } from '../../../src/contract/options.ts'
import { openDatabase } from '../../../src/store/database.ts'
import { migrations } from '../../../src/store/migrations/index.ts'
import { studioWithoutEngines } from '../studio/without-engines.ts'
import { temporaryFolder } from './fixtures.ts'

/** One of everything, in the columns of the first schema; later ones have added to them only, and keep reasons as keys with values. */
const contentOf = (version: number): string => `
INSERT INTO datasets (id, name, created_at, state, resolution, fit, picture_count, unlabelled_count, bytes) VALUES ('set_1', '手势', 1, 'ready', 64, 'pad', 2, 1, 20);
INSERT INTO classes (id, dataset_id, name, count) VALUES ('cls_1', 'set_1', '剪刀', 1);
INSERT INTO pictures (id, dataset_id, class_id, source_path, sha256, width, height, format, bytes, colour) VALUES
  ('pic_1', 'set_1', 'cls_1', '剪刀/1.png', x'00', 10, 12, 'png', 10, 'colour'), ('pic_2', 'set_1', NULL, '2.jpg', x'01', 10, 12, 'jpeg', 10, 'grey');
INSERT INTO import_reports (dataset_id, taken, per_class, counts, animated_first_frames, elapsed_ms) VALUES ('set_1', 2, '[{"name":"剪刀","count":1}]', '{"duplicate":1}', 0, 5);
INSERT INTO import_problems (dataset_id, n, path, kind, message) VALUES ('set_1', 0, '3.png', 'duplicate', '${version < 23 ? 'The same picture as 2.jpg.' : JSON.stringify(message('problem.sameAs', { path: '2.jpg' }))}');
INSERT INTO runs (id, name, dataset_id, dataset_name, class_ids, class_names, options, engine, budget, state, created_at, images_seen, elapsed_ms, folder)
  VALUES ('run_1', 'Run 1', 'set_1', '手势', '["cls_1"]', '["剪刀"]', '${JSON.stringify(defaultOptions)}', 'wasm', '{"kind":"minutes","minutes":10}', 'stopped', 2, 640, 9.5, 'runs/run_1');
INSERT INTO ticks (run_id, images_seen, elapsed_ms, loss_d, loss_g, p_real, p_fake, penalty, learning_rate, images_per_second, memory_bytes) VALUES ('run_1', 320, 4, 1, 2, 0.6, 0.4, 0, 0.002, 80, 1e6);
INSERT INTO snapshots (run_id, images_seen, file, columns, rows, tile) VALUES ('run_1', 320, 'runs/run_1/sheets/320.png', 8, 6, 64);
INSERT INTO samples (id, run_id, class_name, seed, truncation, images_seen, size, engine, file, favourite, created_at) VALUES ('smp_1', 'run_1', '剪刀', 7, 1, 640, 64, 'wasm', 'samples/_1/smp_1.png', 1, 3);
INSERT INTO settings (key, value) VALUES ('gallerySize', '321');
`

test.each(migrations.map(({ version, name }) => [version, name] as const))('schema %i (%s)', async (version) => {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'data'))
  const file = join(folder, 'data', 'studio.db')
  const then = openDatabase(file, silent, migrations.slice(0, version))
  then.exec(contentOf(version))
  then.close()
  const studio = await studioWithoutEngines(folder)
  try {
    expect(await studio.call('datasets.list')).toMatchObject([{ id: 'set_1', name: '手势', pictureCount: 2, unlabelledCount: 1, classes: [{ name: '剪刀', count: 1 }] }])
    expect((await studio.call('datasets.pictures', { id: 'set_1', offset: 0, limit: 10 })).items).toMatchObject([{ id: 'pic_1' }, { id: 'pic_2' }])
    const report = await studio.call('datasets.report', { id: 'set_1' })
    expect(report).toMatchObject({ taken: 2, problems: [{ path: '3.png' }] })
    expect(report?.problems.map(({ why }) => phrase(why, 'en'))).toEqual(['The same picture as 2.jpg.'])
    expect(await studio.call('runs.get', { id: 'run_1' })).toMatchObject({ name: 'Run 1', state: 'stopped', imagesSeen: 640 })
    expect(await studio.call('runs.ticks', { id: 'run_1' })).toMatchObject([{ imagesSeen: 320, lossD: 1, lossG: 2 }])
    expect(await studio.call('runs.snapshots', { id: 'run_1' })).toMatchObject([{ imagesSeen: 320, tile: { height: 64, width: 64 } }])
    expect((await studio.call('gallery.list', { offset: 0, limit: 10 })).items).toMatchObject([{ id: 'smp_1', seed: 7, favourite: true }])
    expect((await studio.call('settings.get')).gallerySize).toBe(321)
    await studio.call('datasets.edit', { id: 'set_1', edit: { kind: 'exclude', pictureIds: ['pic_2'] } })
    await studio.call('datasets.undo', { id: 'set_1' })
  } finally {
    await studio.close()
  }
  const after = openDatabase(file, silent)
  expect(after.pragma('integrity_check', { simple: true })).toBe('ok')
  expect(after.pragma('foreign_key_check')).toEqual([])
  after.close()
})

/** Between two migrations, and within the next. */
const moments = [[2, 0], [2, 1], [Math.floor(migrations.length / 2), 0], [Math.floor(migrations.length / 2), 3], [migrations.length - 1, 1], [migrations.length, 0]] as const
test.each(moments)('killed %i migrations and %i ms into it, the next studio goes on from there', { timeout: 60_000 }, (version, after) => {
  const file = join(temporaryFolder(), 'studio.db')
  const then = openDatabase(file, silent, migrations.slice(0, 1))
  then.exec(contentOf(1))
  then.close()
  const killed = spawnSync(process.execPath, [join(import.meta.dirname, 'migrating-child.ts'), file, String(version), String(after)], { encoding: 'utf8' })
  expect(killed.signal, killed.stderr).toBe('SIGKILL')
  const to: unknown[] = []
  const next = openDatabase(file, (_level, message, details) => void (message === 'database migrated' && to.push(details?.['to'])))
  expect(to.length).toBeLessThanOrEqual(migrations.length - version)
  expect(next.pragma('user_version', { simple: true })).toBe(migrations.length)
  expect(next.pragma('integrity_check', { simple: true })).toBe('ok')
  expect(next.pragma('foreign_key_check')).toEqual([])
  expect(next.prepare('SELECT name FROM datasets UNION ALL SELECT name FROM runs UNION ALL SELECT value FROM settings').pluck().all()).toEqual(['手势', 'Run 1', '321'])
  expect(next.prepare('SELECT count(*) FROM pictures').pluck().get()).toBe(2)
  next.close()
})
