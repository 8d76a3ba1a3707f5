/**
 * Edits of data sets: done and kept in one act, undone and done again across restarts. The log only
 * grows, so that every revision that a run saw can be had again.
 */
import type { DatasetClass, DatasetHistory, HistoryStep, SetSettings, Split, StepKind } from '../contract/data.ts'
import type { Message } from '../contract/messages.ts'
import type { Adjustment, DatasetsTable } from './datasets.ts'
import { fromJson, type Db } from './db.ts'
import { packChanges, unpackChanges, type PictureChange, type PictureState, type Side } from './picture-changes.ts'
import type { KeptPicture } from './picture-rows.ts'
import type { PicturesTable } from './pictures.ts'

/** A class's name; null where it is not there. */
export interface ClassChange {
  readonly id: string
  readonly before: string | null
  readonly after: string | null
}
export interface EditChanges {
  readonly classes: readonly ClassChange[]
  /** Ascending by `seq`. */
  readonly pictures: readonly PictureChange[]
  /** Absent: the split stays. */
  readonly split?: { readonly before: Split | null; readonly after: Split | null }
  /** Absent: they stay. */
  readonly settings?: { readonly before: SetSettings; readonly after: SetSettings }
}
export interface NewEdit extends EditChanges {
  readonly kind: StepKind
  readonly what: Message
  readonly at: number
}
export interface ViewedPicture {
  readonly now: KeptPicture
  readonly then: PictureState
}
/** A data set as it was: classes by name, every picture, in import order, with what it was then. */
export interface DatasetView {
  readonly classes: readonly Pick<DatasetClass, 'id' | 'name'>[]
  readonly pictures: readonly ViewedPicture[]
}

interface Row {
  readonly revision: number
  readonly at: number
  readonly kind: StepKind | 'undo' | 'redo'
  readonly edit_revision: number
  readonly state: HistoryStep['state']
  readonly what: string
  readonly picture_count: number
}
const columns = 'revision, at, kind, edit_revision, state, what, picture_count'
const edits = "dataset_id = ? AND kind NOT IN ('undo', 'redo')"
const shownSteps = 1000

export class DatasetEditsTable {
  readonly #db: Db
  readonly #datasets: DatasetsTable
  readonly #pictures: PicturesTable

  constructor(db: Db, datasets: DatasetsTable, pictures: PicturesTable) {
    this.#db = db
    this.#datasets = datasets
    this.#pictures = pictures
  }

  /** What was undone before can no longer be done again. */
  commit(datasetId: string, { kind, what, at, ...changes }: NewEdit): HistoryStep {
    return this.#db.transaction(() => {
      const revision = this.#apply(datasetId, changes, 'after')
      this.#db.run(`UPDATE dataset_steps SET state = 'dropped' WHERE ${edits} AND state = 'undone'`, datasetId)
      this.#db.run(
        `INSERT INTO dataset_steps (dataset_id, ${columns}, classes, pictures, split, settings) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        datasetId, revision, at, kind, revision, 'done', JSON.stringify(what), changes.pictures.length, JSON.stringify(changes.classes), packChanges(changes.pictures),
        changes.split === undefined ? null : JSON.stringify(changes.split), changes.settings === undefined ? null : JSON.stringify(changes.settings),
      )
      return { revision, at, kind, what, pictureCount: changes.pictures.length, state: 'done' }
    })
  }

  /** The step undone; null where there is none. */
  undo(datasetId: string, at: number): HistoryStep | null {
    return this.#turn(datasetId, at, 'undo')
  }
  /** The step done again; null where there is none. */
  redo(datasetId: string, at: number): HistoryStep | null {
    return this.#turn(datasetId, at, 'redo')
  }

  history(datasetId: string): DatasetHistory {
    return {
      steps: this.#db.all<Row>(`SELECT ${columns} FROM dataset_steps WHERE ${edits} ORDER BY revision DESC LIMIT ${shownSteps}`, datasetId).map(step),
      undo: this.#next(datasetId, 'undo'),
      redo: this.#next(datasetId, 'redo'),
    }
  }

  /** The data set at a revision it had; null: as it is now. */
  viewAt(datasetId: string, revision: number | null): DatasetView {
    const classes = new Map(this.#datasets.classes(datasetId).map(({ id, name }) => [id, name]))
    const states = new Map<number, PictureState>()
    const known = new Map<number, EditChanges>()
    for (const { kind, edit_revision: of } of this.#after(datasetId, revision)) {
      const changes = known.get(of) ?? this.#changes(datasetId, of)
      known.set(of, changes)
      const side = kind === 'undo' ? 'after' : 'before'
      for (const change of changes.pictures) states.set(change.seq, change[side])
      for (const change of changes.classes) {
        const name = change[side]
        if (name === null) classes.delete(change.id)
        else classes.set(change.id, name)
      }
    }
    return {
      classes: Array.from(classes, ([id, name]) => ({ id, name })).sort((a, b) => byName(a.name, b.name)),
      pictures: this.#pictures.all(datasetId).map((now) => ({ now, then: states.get(now.seq) ?? now })),
    }
  }

  /** Pictures that no step names: they were still arriving when something ended their import. */
  strays(datasetId: string): KeptPicture[] {
    const absent = this.#pictures.absent(datasetId)
    if (absent.length === 0) return []
    const additions = this.#db.all<{ pictures: Uint8Array }>("SELECT pictures FROM dataset_steps WHERE dataset_id = ? AND kind IN ('add', 'expand')", datasetId)
    const named = new Set(additions.flatMap(({ pictures }) => unpackChanges(pictures).map(({ seq }) => seq)))
    return absent.filter(({ seq }) => !named.has(seq))
  }

  /** Pictures of additions that were undone and then passed over: no undo or redo brings them back, and none of these revisions had them. */
  unneeded(datasetId: string, revisions: readonly number[]): KeptPicture[] {
    const absent = this.#pictures.absent(datasetId)
    if (absent.length === 0) return []
    const [dropped, needed] = [new Set<number>(), new Set<number>()]
    for (const { state, pictures } of this.#db.all<{ state: HistoryStep['state']; pictures: Uint8Array }>(`SELECT state, pictures FROM dataset_steps WHERE ${edits}`, datasetId))
      for (const { seq, before, after } of unpackChanges(pictures))
        if (before.standing !== 'absent' || after.standing !== 'absent') (state === 'dropped' ? dropped : needed).add(seq)
    for (const revision of revisions)
      for (const { now, then } of this.viewAt(datasetId, revision).pictures) if (then.standing !== 'absent') needed.add(now.seq)
    const found = absent.filter(({ seq }) => dropped.has(seq) && !needed.has(seq))
    const going = new Set(found.map(({ seq }) => seq))
    // A copy's row goes with its picture's.
    const parents = new Set(this.#pictures.all(datasetId).filter(({ seq }) => !going.has(seq)).map(({ parentId }) => parentId))
    return found.filter(({ id }) => !parents.has(id))
  }

  #turn(datasetId: string, at: number, kind: 'undo' | 'redo'): HistoryStep | null {
    return this.#db.transaction(() => {
      const found = this.#next(datasetId, kind)
      if (found === null) return null
      const revision = this.#apply(datasetId, this.#changes(datasetId, found.revision), kind === 'undo' ? 'before' : 'after')
      const state = kind === 'undo' ? 'undone' : 'done'
      this.#db.run('UPDATE dataset_steps SET state = ? WHERE dataset_id = ? AND revision = ?', state, datasetId, found.revision)
      this.#db.run(
        `INSERT INTO dataset_steps (dataset_id, ${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
        datasetId, revision, at, kind, found.revision, 'done', JSON.stringify(found.what), found.pictureCount,
      )
      return { ...found, state }
    })
  }

  /** Undone is the newest that is done, done again the oldest that is undone. */
  #next(datasetId: string, kind: 'undo' | 'redo'): HistoryStep | null {
    const [state, order] = kind === 'undo' ? (['done', 'DESC'] as const) : (['undone', 'ASC'] as const)
    const row = this.#db.get<Row>(`SELECT ${columns} FROM dataset_steps WHERE ${edits} AND state = ? ORDER BY revision ${order} LIMIT 1`, datasetId, state)
    return row === undefined ? null : step(row)
  }

  /** Newest first. */
  #after(datasetId: string, revision: number | null): readonly Row[] {
    if (revision === null) return []
    return this.#db.all<Row>(`SELECT ${columns} FROM dataset_steps WHERE dataset_id = ? AND revision > ? ORDER BY revision DESC`, datasetId, revision)
  }

  #changes(datasetId: string, revision: number): EditChanges {
    const row = this.#db.get<{ classes: string; pictures: Uint8Array; split: string | null; settings: string | null }>('SELECT classes, pictures, split, settings FROM dataset_steps WHERE dataset_id = ? AND revision = ?', datasetId, revision)
    if (row === undefined) return { classes: [], pictures: [] }
    return {
      classes: fromJson<ClassChange[]>(row.classes), pictures: unpackChanges(row.pictures),
      ...(row.split === null ? {} : { split: fromJson<NonNullable<EditChanges['split']>>(row.split) }),
      ...(row.settings === null ? {} : { settings: fromJson<NonNullable<EditChanges['settings']>>(row.settings) }),
    }
  }

  /** Classes come before the pictures that need them, and go after them. Returns the new revision. */
  #apply(datasetId: string, { classes, pictures, split, settings }: EditChanges, side: Side): number {
    if (split !== undefined) this.#datasets.putSplit(datasetId, split[side])
    if (settings !== undefined) this.#datasets.update(datasetId, settings[side])
    for (const change of classes.filter((one) => one[side] !== null)) this.#datasets.putClass(datasetId, change.id, change[side])
    this.#pictures.apply(pictures, side)
    for (const change of classes.filter((one) => one[side] === null)) this.#datasets.putClass(datasetId, change.id, null)
    const revision = this.#datasets.adjust(datasetId, this.#adjustment(pictures, side))
    // A look has seen these pictures already: only how they are made ready is another.
    if (settings !== undefined) this.#db.run('UPDATE looks SET revision = ? WHERE dataset_id = ? AND revision = ?', revision, datasetId, revision - 1)
    return revision
  }

  #adjustment(pictures: readonly PictureChange[], side: Side): Adjustment {
    const classes = new Map<string, number>()
    const sums = { ins: 0, excluded: 0, unlabelled: 0 }
    const count = ({ classId, standing }: PictureState, by: 1 | -1): void => {
      if (standing === 'excluded') sums.excluded += by
      if (standing !== 'in') return
      sums.ins += by
      if (classId === null) sums.unlabelled += by
      else classes.set(classId, (classes.get(classId) ?? 0) + by)
    }
    const other = side === 'after' ? 'before' : 'after'
    for (const change of pictures) {
      count(change[other], -1)
      count(change[side], 1)
    }
    const come = pictures.filter((change) => change[other].standing === 'absent' && change[side].standing !== 'absent')
    const gone = pictures.filter((change) => change[other].standing !== 'absent' && change[side].standing === 'absent')
    const bytes = this.#pictures.bytesOf(come.map(({ seq }) => seq)) - this.#pictures.bytesOf(gone.map(({ seq }) => seq))
    return { ...sums, bytes, classes }
  }
}

const step = (row: Row): HistoryStep => ({
  revision: row.revision, at: row.at, kind: row.kind as StepKind, what: fromJson<Message>(row.what), pictureCount: row.picture_count, state: row.state,
})

/** As SQLite orders text: by bytes. */
const byName = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))
