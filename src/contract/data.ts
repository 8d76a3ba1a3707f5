/**
 * The data the studio and its shells exchange. Times are epoch milliseconds, sizes bytes,
 * picture sizes pixels, probabilities in [0,1]. Everything here is plain structured-clone data.
 */
export * from './data/class-preview.ts'
export * from './data/class-rules.ts'
export * from './data/crop-box.ts'
export * from './data/class-head.ts'
export * from './data/datasets.ts'
export * from './data/picture-size.ts'
export * from './data/splits.ts'
export * from './data/measures.ts'
export * from './data/distillation.ts'
export * from './data/expansion.ts'
export * from './data/engines.ts'
export * from './data/runs.ts'
export * from './data/gallery.ts'
export * from './data/models.ts'
export * from './data/exports.ts'
export * from './data/activities.ts'
export * from './data/redrawing.ts'
export * from './data/settings.ts'
export * from './data/storage.ts'
export * from './data/whereabouts.ts'
