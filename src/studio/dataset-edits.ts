/** What a person may change in a data set, each as one step that can be undone. */
import { newId } from '../base/ids.ts'
import type { Argument, Result } from '../contract/api.ts'
import type { CropBox, Dataset, DatasetClass, DatasetEdit, HistoryStep, SetSettings } from '../contract/data.ts'
import { message, type Message } from '../contract/messages.ts'
import { refusal } from '../contract/failure.ts'
import type { NewEdit } from '../store/dataset-edits.ts'
import type { PictureChange, PictureState } from '../store/picture-changes.ts'
import type { PictureWithState } from '../store/picture-rows.ts'
import type { Store } from '../store/store.ts'
import { classified } from './classify.ts'
import { checkName } from './run-requests.ts'

export interface DatasetEditsOptions {
  readonly store: Store
  /** @throws `not-found`; `busy` where nothing may be changed now */
  readonly editable: (id: string) => Dataset
  readonly changed: (id: string) => void
}
type Changes = Omit<NewEdit, 'at' | 'kind'>

export class DatasetEdits {
  readonly #options: DatasetEditsOptions

  constructor(options: DatasetEditsOptions) {
    this.#options = options
  }

  edit({ id, edit }: Argument<'datasets.edit'>): Result<'datasets.edit'> {
    const { store, editable } = this.#options
    const dataset = editable(id)
    return this.#told(id, store.transaction(() => {
      const changes = this.#changes(dataset, edit)
      if (changes.classes.length === 0 && changes.pictures.length === 0 && changes.split === undefined && changes.settings === undefined) return null
      return store.edits.commit(id, { ...changes, kind: edit.kind, at: Date.now() })
    }))
  }

  undo(id: string): HistoryStep {
    const { name } = this.#options.editable(id)
    const undone = this.#told(id, this.#options.store.edits.undo(id, Date.now()))
    if (undone === null) throw refusal('bad-input', message('refused.nothingToUndo', { name }))
    return undone
  }

  redo(id: string): HistoryStep {
    const { name } = this.#options.editable(id)
    const done = this.#told(id, this.#options.store.edits.redo(id, Date.now()))
    if (done === null) throw refusal('bad-input', message('refused.nothingToRedo', { name }))
    return done
  }

  history(id: string): Result<'datasets.history'> {
    return this.#options.store.edits.history(id)
  }

  #told<S extends HistoryStep | null>(id: string, step: S): S {
    if (step !== null) this.#options.changed(id)
    return step
  }

  #changes(dataset: Dataset, edit: DatasetEdit): Changes {
    const { pictures } = this.#options.store
    switch (edit.kind) {
      case 'rename-class': {
        const { id, name: before } = classOf(dataset, edit.classId)
        const after = this.#freeName(dataset, edit.name, id)
        return { what: message('step.renameClass', { from: before, to: after }), classes: before === after ? [] : [{ id, before, after }], pictures: [] }
      }
      case 'merge-classes': {
        const into = classOf(dataset, edit.into)
        const gone = [...new Set(edit.classIds)].filter((id) => id !== into.id).map((id) => classOf(dataset, id))
        const moved = gone.flatMap(({ id }) => pictures.statesOfClass(id)).sort((a, b) => a.seq - b.seq)
        return {
          what: message('step.mergeClasses', { names: namesOf(gone), into: into.name }),
          classes: gone.map(({ id, name }) => ({ id, before: name, after: null })),
          pictures: changed(moved, (state) => ({ ...state, classId: into.id })),
        }
      }
      case 'delete-class': {
        const { id, name } = classOf(dataset, edit.classId)
        return {
          what: message('step.deleteClass', { name }),
          classes: [{ id, before: name, after: null }],
          pictures: changed(pictures.statesOfClass(id), (state) => ({ ...state, classId: null, standing: state.standing === 'in' ? 'excluded' : state.standing })),
        }
      }
      case 'new-class': {
        const [id, after] = [newId('cls'), this.#freeName(dataset, edit.name, null)]
        return {
          what: message('step.newClass', { name: after }),
          classes: [{ id, before: null, after }],
          pictures: changed(this.#chosen(dataset, edit.pictureIds), (state) => ({ ...state, classId: id })),
        }
      }
      case 'relabel': {
        const target = edit.classId === null ? null : classOf(dataset, edit.classId)
        return {
          what: target === null ? message('step.unlabel') : message('step.relabel', { name: target.name }),
          classes: [],
          pictures: changed(this.#chosen(dataset, edit.pictureIds), (state) => ({ ...state, classId: target?.id ?? null })),
        }
      }
      case 'classify':
        return classified(this.#options.store, dataset, edit.rule)
      case 'exclude':
        return { what: message('step.exclude'), classes: [], pictures: changed(this.#chosen(dataset, edit.pictureIds), (state) => ({ ...state, standing: 'excluded' })) }
      case 'include':
        return { what: message('step.include'), classes: [], pictures: changed(this.#chosen(dataset, edit.pictureIds), (state) => ({ ...state, standing: 'in' })) }
      case 'crop': {
        const { box, pictureIds } = edit
        return {
          what: message(box === null ? 'step.uncrop' : 'step.crop'), classes: [],
          pictures: changed(this.#found(dataset, pictureIds.length, pictures.statesOf(dataset.id, pictureIds)), (state) => ({ ...state, crop: box })),
        }
      }
      case 'prepare': {
        const { kind: _, ...wanted } = edit
        const before = settingsOf(dataset)
        const after = { ...before, ...wanted }
        const changes = settingsChanges(before, after)
        return { what: message('step.prepare', { changes }), classes: [], pictures: [], ...(changes.length === 0 ? {} : { settings: { before, after } }) }
      }
      case 'unsplit':
        return {
          what: message('step.unsplit'), classes: [],
          ...(dataset.split === null ? {} : { split: { before: dataset.split, after: null } }),
          pictures: changed(pictures.statesOfDataset(dataset.id), (state) => ({ ...state, part: null })),
        }
    }
  }

  /** With their augmented copies. @throws `not-found` where none of them is a picture of the data set */
  #chosen(dataset: Dataset, pictureIds: readonly string[]): readonly PictureWithState[] {
    return this.#found(dataset, pictureIds.length, this.#options.store.pictures.statesWithCopies(dataset.id, pictureIds))
  }

  #found({ name }: Dataset, wanted: number, states: readonly PictureWithState[]): readonly PictureWithState[] {
    const found = states.filter(({ standing }) => standing !== 'absent')
    if (found.length === 0 && wanted > 0) throw refusal('not-found', message('refused.picturesGone', { wanted, name }))
    return found
  }

  /** @throws `name-taken` where another class has it */
  #freeName({ classes, name: set }: Dataset, wanted: string, exceptId: string | null): string {
    const name = checkName(wanted).normalize('NFC')
    if (classes.some((one) => one.id !== exceptId && one.name.normalize('NFC') === name)) throw refusal('name-taken', message('refused.classTaken', { name: set, class: name }))
    return name
  }
}

const settingsOf = ({ resolution, aspect, fit, colour, colours }: Dataset): SetSettings => ({ resolution, aspect, fit, colour, colours })

/** What is another, in words. */
function settingsChanges(before: SetSettings, after: SetSettings): readonly Message[] {
  return [
    ...(before.resolution === after.resolution ? [] : [message('prepare.resolution', { from: String(before.resolution), to: String(after.resolution) })]),
    ...(before.aspect === after.aspect ? [] : [message('prepare.aspect', { from: before.aspect, to: after.aspect })]),
    ...(before.fit === after.fit ? [] : [message('prepare.fit', { to: message(`fit.${after.fit}`) })]),
    ...(before.colour === after.colour ? [] : [message('prepare.colour', { to: message(`colour.${after.colour}`) })]),
    ...(before.colours === after.colours ? [] : [message('prepare.colours', { to: after.colours })]),
  ]
}

function classOf({ classes, name }: Dataset, id: string): DatasetClass {
  const found = classes.find((one) => one.id === id)
  if (found === undefined) throw refusal('not-found', message('refused.classGone', { name, id }))
  return found
}

/** Those that become something else than they were. */
export function changed(pictures: readonly PictureWithState[], become: (state: PictureWithState) => PictureState): PictureChange[] {
  return pictures.flatMap(({ seq, ...before }) => {
    const { classId, standing, part, crop } = become({ seq, ...before })
    const after = { classId, standing, part, crop }
    return after.classId === before.classId && after.standing === before.standing && after.part === before.part && sameBox(after.crop, before.crop) ? [] : [{ seq, before, after }]
  })
}

const sameBox = (a: CropBox | null, b: CropBox | null): boolean => a === b || (a !== null && b !== null && a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height)
const namesOf = (classes: readonly DatasetClass[]): string => classes.map(({ name }) => `“${name}”`).join(', ')
