import { migration as initial } from './0001-initial.ts'
import { migration as scores } from './0002-scores.ts'
import { migration as phases } from './0003-phases.ts'
import { migration as edits } from './0004-edits.ts'
import { migration as overfit } from './0005-overfit.ts'
import { migration as likenesses } from './0006-likenesses.ts'
import { migration as splitAndCopies } from './0007-split-and-copies.ts'
import { migration as points } from './0008-points.ts'
import { migration as measures } from './0009-measures.ts'
import { migration as imports } from './0010-imports.ts'
import { migration as colour } from './0011-colour.ts'
import { migration as followers } from './0012-followers.ts'
import { migration as teachers } from './0013-teachers.ts'
import { migration as lookSpeed } from './0014-look-speed.ts'
import { migration as unreferenced } from './0015-unreferenced.ts'
import { migration as crops } from './0016-crops.ts'
import { migration as leftOut } from './0017-left-out.ts'
import { migration as aspect } from './0018-aspect.ts'
import { migration as initialisedAt } from './0019-initialised-at.ts'
import { migration as referenced } from './0020-referenced.ts'
import { migration as importedParts } from './0021-imported-parts.ts'
import { migration as importedCrops } from './0022-imported-crops.ts'
import { migration as reasons } from './0023-reasons.ts'
import { migration as noted } from './0024-noted.ts'
import { migration as openings } from './0025-openings.ts'
import { migration as prepared } from './0026-prepared.ts'

export interface Migration {
  /** `user_version` once it is done: 1, 2, 3 … */
  readonly version: number
  readonly name: string
  readonly sql: string
}

/** In order. A shipped migration never changes; what comes later is another file. */
export const migrations: readonly Migration[] = [initial, scores, phases, edits, overfit, likenesses, splitAndCopies, points, measures, imports, colour, followers, teachers, lookSpeed, unreferenced, crops, leftOut, aspect, initialisedAt, referenced, importedParts, importedCrops, reasons, noted, openings, prepared]
